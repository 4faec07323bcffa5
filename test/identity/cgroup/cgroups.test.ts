import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Cgroups } from "../../../src/identity/cgroup/cgroups.ts";
import { until } from "../../probe/until.ts";

const ID = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";
const PLACE = { containerId: ID };

/** A folder takes the hierarchy's place. `make` returns the new group's id. */
function start(t: TestContext, { walkEveryMs = 0, found = Promise.resolve() } = {}) {
  const top = mkdtempSync(join(tmpdir(), "netlog-groups-"));
  t.after(() => rmSync(top, { recursive: true }));
  const make = (path: string): number => {
    mkdirSync(join(top, path), { recursive: true });
    return statSync(join(top, path)).ino;
  };
  const cgroups = new Cgroups({
    controller: "memory",
    onProblem: (message) => assert.fail(message),
    hierarchyOf: () => found.then(() => top),
    walkEveryMs,
  });
  t.after(() => cgroups.close());
  return { cgroups, make, remove: (path: string) => rmSync(join(top, path), { recursive: true }) };
}

test("What was there before is known after a walk, and what a probe reports at once", async (t) => {
  const { cgroups, make } = start(t);
  const id = make(`docker/${ID}`);
  await cgroups.walk();
  assert.deepEqual(cgroups.placeOf(id), PLACE);
  cgroups.take({ type: "cgroup.path", bootNs: 1, id: 99, path: "/system.slice/ssh.service" });
  assert.deepEqual(cgroups.placeOf(99), { unit: "ssh.service" });
});

test("What has ended is known for a while, whether a probe says so or a later walk does not find it", async (t) => {
  const { cgroups, make, remove } = start(t);
  const reported = make(`docker/${ID}`);
  const unreported = make("system.slice/ssh.service");
  const staying = make("init.scope");
  await cgroups.walk();
  cgroups.take({ type: "cgroup.gone", bootNs: 1, id: reported });
  remove("system.slice/ssh.service");
  remove(`docker/${ID}`);
  await cgroups.walk();
  assert.deepEqual(
    [reported, unreported, staying].map((id) => cgroups.table.ids().includes(id)),
    [false, false, true],
  );
  assert.deepEqual(
    [reported, unreported].map((id) => cgroups.placeOf(id)),
    [PLACE, { unit: "ssh.service" }],
  );
});

test("Whoever asks for what is not known makes it look, but not again too soon", async (t) => {
  const WALK_EVERY_MS = 400;
  const { cgroups, make } = start(t, { walkEveryMs: WALK_EVERY_MS });
  const fromMs = performance.now();
  await cgroups.walk();
  const id = make(`docker/${ID}`);
  assert.equal(cgroups.placeOf(id), undefined);
  await until("it is known", () => cgroups.table.get(id));
  // Timers may be a millisecond early.
  assert.ok(performance.now() - fromMs >= WALK_EVERY_MS - 1);
  assert.deepEqual(cgroups.placeOf(id), PLACE);
});

test("A walk that is asked for begins after the one that is under way", async (t) => {
  const found = Promise.withResolvers<void>();
  const { cgroups, make } = start(t, { found: found.promise });
  const first = cgroups.walk();
  await new Promise(setImmediate);
  const second = cgroups.walk();
  found.resolve();
  await first;
  const id = make(`docker/${ID}`);
  await second;
  assert.deepEqual(cgroups.placeOf(id), PLACE);
});

test("When it is closed it does not look any more", async (t) => {
  const { cgroups, make } = start(t);
  const id = make(`docker/${ID}`);
  assert.equal(cgroups.placeOf(id), undefined);
  cgroups.close();
  await delay(100);
  assert.equal(cgroups.table.get(id), undefined);
});

for (const [controller, what] of [
  [undefined, "cgroup2"],
  ["memory", "cgroup, memory"],
] as const) {
  test(`Where the hierarchy (${what}) is not mounted it says so once, and goes by the probes' words`, async (t) => {
    const said: string[] = [];
    const asked: (string | undefined)[] = [];
    const cgroups = new Cgroups({
      controller,
      onProblem: (message) => said.push(message),
      hierarchyOf: async (controller) => void asked.push(controller),
      walkEveryMs: 0,
    });
    t.after(() => cgroups.close());
    await cgroups.walk();
    await cgroups.walk();
    assert.equal(cgroups.placeOf(7), undefined);
    await delay(50);
    assert.deepEqual(asked, [controller]);
    assert.deepEqual(
      said.map((text) => text.slice(0, text.indexOf(", so "))),
      [`the host's control groups (${what}) are not mounted here as a whole`],
    );
    cgroups.take({ type: "cgroup.path", bootNs: 1, id: 7, path: `/docker/${ID}` });
    assert.deepEqual(cgroups.placeOf(7), PLACE);
  });
}

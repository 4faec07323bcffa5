import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { CgroupTest } from "../../src/account/cgroup-test.ts";
import { SelfTest } from "../../src/account/self-test.ts";

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "netlog-groups-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

const path = (id: number) => ({ type: "cgroup.path", bootNs: 1, id, path: "/a" }) as const;
const gone = (id: number) => ({ type: "cgroup.gone", bootNs: 2, id }) as const;

test("A group is seen when its making and its end have been told, and nothing is left of it", async (t) => {
  const top = await folder(t);
  const groups = new CgroupTest(() => top);
  for (let round = 0; round < 2; round++) {
    assert.equal(groups.make(), true);
    assert.deepEqual(await readdir(top), []);
    const id = groups.id as number;
    assert.equal(groups.take(path(id + 1)), false);
    assert.equal(groups.take(path(id)), true);
    assert.equal(groups.isSeen, false);
    assert.equal(groups.take(gone(id)), true);
    assert.equal(groups.isSeen, true);
  }
});

test("Where no group can be made there is nothing to be seen", async (t) => {
  assert.equal(new CgroupTest(() => undefined).make(), false);
  const top = join(await folder(t), "nowhere");
  assert.equal(new CgroupTest(() => top).make(), false);
});

test("What an earlier test has left is removed", async (t) => {
  const top = await folder(t);
  await mkdir(join(top, `netlog-self-test-${process.pid}`));
  const groups = new CgroupTest(() => top);
  assert.equal(groups.make(), false);
  assert.equal(groups.make(), true);
});

test("A group that is not told of is named, and one that cannot be made is not", {
  timeout: 20_000,
}, async (t) => {
  const top = await folder(t);
  const checks = await new SelfTest([], () => top).run();
  assert.deepEqual(checks, [{ kind: "cgroups", what: "made and removed", seen: false }]);
  assert.deepEqual(await new SelfTest([], () => undefined).run(), []);
});

test("A group that is told of in time is seen, and is none of the machine's", async (t) => {
  const top = await folder(t);
  const selfTest = new SelfTest([], () => top);
  const run = selfTest.run();
  // Its id is one of those that a folder can have here.
  const tell = setInterval(() => {
    const id = selfTest.cgroup.id;
    if (id === undefined) return;
    assert.ok(selfTest.takeCgroup(path(id)) && selfTest.takeCgroup(gone(id)));
    assert.ok(!selfTest.takeCgroup(path(id + 1)));
    clearInterval(tell);
  }, 5);
  t.after(() => clearInterval(tell));
  assert.deepEqual(await run, [{ kind: "cgroups", what: "made and removed", seen: true }]);
});

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { lacking } from "../facilities.ts";
import { bindIn, dialIn, hierarchyTop, makeGroup, move } from "./control-groups.ts";
import { listen, Netlog } from "./process-netlog.ts";

/** New ones: this machine's control groups are the same for whoever else tests here. */
const [UID, OTHER_UID, NOBODYS_UID] = [randomUUID(), randomUUID(), randomUUID()];
const OWN_ID = "aa".repeat(32);
const APP_ID = "bb".repeat(32);
const OTHER_ID = "cc".repeat(32);
const DEEP = "a/b/c/d/e/f/g/h/i/j/k/l";

const top = await hierarchyTop();
const skip =
  lacking("bpftrace") || (top === undefined && "the control groups are not mounted here as a whole");

test("With scope: pod there are lines of the own pod alone, and they name it", { skip }, async (t) => {
  const pod = `kubepods/burstable/pod${UID}`;
  const own = await makeGroup(t, top as string, `${pod}/${OWN_ID}`);
  const app = await makeGroup(t, top as string, `${pod}/${APP_ID}`);
  const deep = await makeGroup(t, top as string, `${pod}/${APP_ID}/${DEEP}`);
  const others = await makeGroup(t, top as string, `kubepods/burstable/pod${OTHER_UID}/${OTHER_ID}`);
  const env = { POD_UID: UID, POD_NAME: "web-0", POD_NAMESPACE: "shop" };
  const netlog = await Netlog.start(t, { config: "scope: pod\nkubernetes: 'off'", env });
  await move(netlog.pid, own);
  await netlog.attached();

  const { dial } = await listen(t);
  const ofHost = await dial();
  const ports = { app: await bindIn(app), deep: await bindIn(deep), others: await bindIn(others) };
  const ofOthers = await dialIn(others);
  const [local, listener] = await dialIn(app);
  const last = await bindIn(app);
  for (const port of [ports.app, ports.deep, last]) await netlog.line(`UDP 127.0.0.1:${port} <->`);
  netlog.child.kill("SIGTERM");
  await netlog.ended;

  const events = netlog.lines.filter((line) => !line.includes("netlog: #"));
  const [near, far] = [`127.0.0.1:${local}`, `127.0.0.1:${listener}`];
  assert.deepEqual(
    events.map((line) => / ((?:UDP|TCP) .+?) \(uid=/.exec(line)?.[1]).toSorted(),
    [
      ...[ports.app, ports.deep, last].flatMap((port) => [
        `UDP bind 127.0.0.1:${port}`,
        `UDP 127.0.0.1:${port} <->  (any ip address):0`,
      ]),
      ...[
        `TCP ${near} -> ${far}`,
        `TCP ${far} <- ${near}`,
        `TCP ${near} <-> ${far}`,
        `TCP ${far} <-> ${near}`,
      ],
    ].toSorted(),
    `not the host's ${ofHost}, nor the other pod's ports ${ports.others} and ${ofOthers}`,
  );
  for (const line of events) {
    assert.ok(line.includes(` namespace=shop pod=web-0 container_id=${APP_ID} `), line);
    assert.ok(!line.includes("unresolved"), line);
  }
  // The host's ends came to netlog, which left them out; the openings did not leave the kernel.
  const stats = netlog.lines.findLast((line) => line.includes("#stats")) ?? "";
  assert.match(stats, / out_of_scope=[1-9]/);
  assert.match(stats, / events\.udp\.bind=3 /);
  assert.match(stats, / events\.tcp\.connect=1 /);
  assert.match(stats, / events\.tcp\.accept=1 /);
  t.diagnostic(netlog.lines.find((line) => line.includes("#start")) ?? "");
});

for (const [what, env, message] of [
  [
    "without the pod's uid",
    { POD_NAME: "web-0", POD_NAMESPACE: "shop" },
    "scope is `pod`, and POD_UID is not set: set it from the downward API (env: [{ name: POD_UID, valueFrom: { fieldRef: { fieldPath: metadata.uid } } }])",
  ],
  [
    "with another uid",
    { POD_UID: NOBODYS_UID, POD_NAME: "web-0", POD_NAMESPACE: "shop" },
    `scope is \`pod\`, and there is no control group of a pod ${NOBODYS_UID}: set POD_UID from the downward API (fieldPath: metadata.uid)`,
  ],
] as const) {
  test(`With scope: pod ${what} netlog says what to set`, { skip }, async (t) => {
    const netlog = await Netlog.start(t, { config: "scope: pod", env });
    assert.equal((await netlog.ended).code, 1);
    assert.ok(netlog.stderr.includes(JSON.stringify(message)), netlog.stderr);
    assert.equal(netlog.stdout, "");
  });
}

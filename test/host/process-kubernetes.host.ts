import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { lacking } from "../facilities.ts";
import { startApiServer, status } from "../identity/kubernetes/api-server.ts";
import { until } from "../probe/until.ts";
import { bindIn, hierarchyTop, makeGroup } from "./control-groups.ts";
import { freePort, Netlog } from "./process-netlog.ts";

const top = await hierarchyTop();
const skip =
  lacking("bpftrace") || (top === undefined && "the control groups are not mounted here as a whole");

test("An API that forbids to list pods: it says the fix, is not ready, and the lines go on", {
  skip,
}, async (t) => {
  const server = await startApiServer(t);
  const said = 'pods is forbidden: User "x" cannot list resource "pods"';
  server.answer("pods", "list", status(403, said));
  const port = await freePort();
  const netlog = await Netlog.start(t, {
    config: `kubernetes: on\nidentity: { waitForName: 100ms }\nhttp: { listen: "127.0.0.1:${port}" }`,
    env: { KUBECONFIG: server.kubeConfig, NODE_NAME: "node-1" },
  });
  await netlog.attached();
  await netlog.line("#start");

  const problem = `no news of pods: netlog may not list pods (403 Forbidden: ${said}): bind a ClusterRole with the verb list on pods to its service account`;
  const words = JSON.stringify(`${problem}; lines go out with what is known, and it is tried again`);
  await until("its word of it", () => netlog.stderr.includes(words));
  const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
  assert.deepEqual([ready.status, await ready.text()], [503, `${problem}\n`]);
  assert.equal((await fetch(`http://127.0.0.1:${port}/livez`)).status, 200);

  const run = randomUUID();
  const id = "ab".repeat(32);
  const ofHost = await bindIn(await makeGroup(t, top as string, `netlog-test-${run}`));
  const ofPod = await bindIn(await makeGroup(t, top as string, `kubepods/burstable/pod${run}/${id}`));
  const ofHostAgain = await bindIn(await makeGroup(t, top as string, `netlog-test-${run}/below`));
  for (const port of [ofHost, ofHostAgain]) {
    const line = await netlog.line(`UDP bind 127.0.0.1:${port} `);
    assert.match(line, /\(uid=0\) host=true conn=/);
  }
  const line = await netlog.line(`UDP bind 127.0.0.1:${ofPod} `);
  assert.match(line, new RegExp(`\\(uid=0\\) container_id=${id} k8s=unresolved conn=`));

  netlog.child.kill("SIGTERM");
  assert.equal((await netlog.ended).code, 0);
  assert.equal(netlog.stderr.split(words).length, 2, "it is said once");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { assertWhose } from "./assert-whose.ts";
import { eventually } from "./eventually.ts";
import { pushDial } from "./images.ts";
import { create, get, kubectl, waitFor } from "./kubectl.ts";
import { madeBy } from "./made.ts";
import { NetlogLog } from "./netlog-log.ts";
import { namespace, pod } from "./objects.ts";
import { installNetlog, netlogPods } from "./release.ts";
import { lackingCluster } from "./requirements.ts";

const lacking = await lackingCluster();
const nodes = lacking === false ? await readyNodes() : [];
const skip = lacking || (nodes.length < 2 && "the cluster has one node");

test("Each node's netlog logs its own pods and no other's", { skip }, async (t) => {
  await installNetlog();
  const image = await pushDial();
  const own = `nodes-${Date.now().toString(36)}`;
  await create(namespace(own, { team: "everywhere" }));
  t.after(() => kubectl(["delete", "namespace", own, "--wait=false"]));
  // Pods of different nodes may not reach each other: each connects to the API server, which is on none of them.
  const api = (await get("service", "kubernetes", "default")).spec.clusterIP as string;

  const logs = new Map<string, NetlogLog>();
  t.after(() => {
    for (const log of logs.values()) log[Symbol.dispose]();
  });
  for (const node of nodes) {
    const netlog = await eventually(`one netlog on ${node}`, async () => {
      const here = await netlogPods(node);
      return here.length === 1 ? here[0] : undefined;
    });
    logs.set(node, new NetlogLog(netlog));
    await create(pod(image, own, `on-${node}`, { main: ["connect", api, 443] }, { node }));
  }
  for (const node of nodes) {
    await waitFor("jsonpath={.status.phase}=Succeeded", `pod/on-${node}`, own);
    const made = await madeBy({ namespace: own, pod: `on-${node}`, container: "main" });
    assert.equal(made.length, 2);
    await assertWhose(logs.get(node) as NetlogLog, made, { "ns.team": "everywhere" });
  }
  await delay(5000);
  for (const [node, log] of logs) {
    const ours = log.events.filter(({ fields }) => fields["namespace"] === own);
    assert.deepEqual(new Set(ours.map(({ fields }) => fields["pod"])), new Set([`on-${node}`]));
    assert.deepEqual(new Set(log.events.map((line) => line.node)), new Set([node]));
  }
});

async function readyNodes(): Promise<string[]> {
  const ready = '{range .items[?(@.status.conditions[-1].status=="True")]}{.metadata.name}{"\\n"}{end}';
  const names = await kubectl(["get", "nodes", `--output=jsonpath=${ready}`]);
  return names.split("\n").filter((name) => name !== "");
}

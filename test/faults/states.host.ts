import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { lacking } from "../facilities.ts";
import { bindIn, hierarchyTop, makeGroup } from "../host/control-groups.ts";
import { Netlog } from "../host/process-netlog.ts";
import { list, startApiServer, status } from "../identity/kubernetes/api-server.ts";
import { until } from "../probe/until.ts";
import { wrapBpftrace } from "./wrapper.ts";

// Faults that netlog goes on through: what counts is that it says how it stands.
const UID = "0d5f0a0c-6b0e-4f0a-9d1c-9f3c8f2d6f11";
const skip = lacking("bpftrace");
const top = await hierarchyTop();

async function stop(netlog: Netlog): Promise<void> {
  await delay(3000); // the last state, for the recording
  netlog.child.kill("SIGTERM");
  assert.deepEqual(await netlog.ended, { code: 0, signal: null });
}

test("Of a kind of event nothing comes any more: the self-test finds out, and the gap says so", {
  skip,
}, async (t) => {
  const { config: wrapped } = await wrapBpftrace(
    t,
    `exec "$real" "$@" > >(grep --line-buffered -v ' udp.bind ')`,
  );
  const config = `stats: { every: 1s }\nselfTest: { every: 1s }\n${wrapped}`;
  const netlog = await Netlog.start(t, { config });
  await netlog.line("#start");
  await netlog.line(" reason=silent-probe event=udp.bind ");
  await stop(netlog);
});

test("A configuration that cannot be read is kept out, and told", { skip }, async (t) => {
  const config = "stats: { every: 1s }";
  const netlog = await Netlog.start(t, { config });
  await netlog.line("#start");
  await delay(2000);
  await writeFile(netlog.configFile, "filters: [");
  await netlog.line("config.rejected=1");
  await stop(netlog);
});

test("The API server is away: a pod's lines say so, and are counted", {
  skip: skip || (top === undefined && "the control groups are not mounted here as a whole"),
}, async (t) => {
  const api = await startApiServer(t);
  const env = { KUBECONFIG: api.kubeConfig, NODE_NAME: "node-1" };
  const noHost = "filters: [{ name: no-host, action: drop, host: true }]";
  const config = `stats: { every: 1s }\nidentity: { waitForName: 0s }\n${noHost}`;
  const pod = `kubepods/burstable/pod${UID}/${"aa".repeat(32)}`;
  const group = await makeGroup(t, top as string, pod);
  const netlog = await Netlog.start(t, { config, env });
  await netlog.line("#start");
  await until("both are watched", () => api.count("pods", "watch") * api.count("namespaces", "watch") > 0);
  await delay(2000);
  for (const resource of ["pods", "namespaces"] as const) {
    api.answer(resource, "list", list([]), status(500));
    api.answer(resource, "watch", status(500));
    api.watch(resource).end();
  }
  const ports = [];
  for (let n = 0; n < 5; n++) ports.push(await bindIn(group));
  // Others on this machine may bind the same ports.
  const isUnresolved = (line: string) => line.includes(" k8s=unresolved ");
  for (const port of ports)
    await until("its line", () =>
      netlog.lines.some((line) => isUnresolved(line) && line.includes(` UDP bind 127.0.0.1:${port} `)),
    );
  await stop(netlog);
  const unresolved = netlog.lines.filter(isUnresolved);
  assert.ok(unresolved.length >= ports.length);
  const stats = netlog.lines.findLast((line) => line.includes("#stats")) ?? "";
  assert.match(stats, new RegExp(` unresolved=${unresolved.length} `));
});

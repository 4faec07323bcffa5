/**
 * What netlog costs the Kubernetes API, counted at a real API server:
 *
 *     node test/bench/api-cost.ts [MINUTES]
 *
 * prints a Markdown table. It needs the programs `etcd` and `apiserver` (kube-apiserver) on the PATH and no cluster:
 * it starts them by itself, so that nobody else asks the server for anything. Ten minutes, if nothing else is said.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { findCluster } from "../../src/identity/kubernetes/cluster.ts";
import { TIMES } from "../../src/identity/kubernetes/times.ts";
import { watchCluster } from "../../src/identity/kubernetes/watch-cluster.ts";
import { until } from "../probe/until.ts";
import { apiCostPod, CONTAINER, NAMESPACE, runningStatus } from "./api-cost-pods.ts";
import { ControlPlane, lackingPrograms } from "./control-plane.ts";
import { CountingProxy } from "./counting-proxy.ts";
import { markdownTable } from "./table.ts";

const PODS = 30;
const CHANGES_A_MINUTE = 100;
const NODES = ["quiet", "busy"] as const;
const minutes = Number(process.argv[2] ?? 10);

const lacking = lackingPrograms();
if (lacking.length > 0) throw new Error(`not on the PATH: ${lacking.join(", ")}`);

await using plane = await ControlPlane.start(NODES);
await plane.call("POST", "/api/v1/namespaces", {
  metadata: { name: NAMESPACE, labels: { team: "payments" } },
});
for (const node of NODES) for (let n = 0; n < PODS; n++) await makePod(node, `${node}-${n}`);

const ended = new AbortController();
const quiet = await watch("quiet");
const busy = await watch("busy");
const watches = [quiet, busy];
await until("all lists", () => watches.every(({ view }) => view.synced), 60);
await delay(2000);
const first = watches.map(({ proxy }) => proxy.counts);
let changes = 0;
let newest = "";
const fromMs = performance.now();
for (; performance.now() - fromMs < minutes * 60_000; changes++) {
  newest = randomBytes(32).toString("hex");
  await plane.call("PATCH", `${podPath(`busy-${changes % PODS}`)}/status`, { status: runningStatus(newest) });
  await delay(Math.max(0, fromMs + ((changes + 1) * 60_000) / CHANGES_A_MINUTE - performance.now()));
}
await delay(2000);

const audited = plane.audited();
const last = watches.map(({ proxy }) => proxy.counts);
const changed = busy.view.pod(await uidOf(`busy-${(changes - 1) % PODS}`));
assert.equal(changed?.containerNameOf(newest), CONTAINER, "the last change has come");
ended.abort();
for (const { node, view, proxy } of watches) {
  await view.done;
  await proxy[Symbol.asyncDispose]();
  check(node, view.watches);
}

const { metadata, ...rest } = (await plane.call("GET", podPath("busy-0"))) as { metadata: object };
console.log(
  `${minutes} minutes, ${PODS} pods a node, each of ${JSON.stringify({ metadata, ...rest }).length} bytes\n`,
);
console.log(
  markdownTable(
    [
      "node",
      "pod changes",
      "requests",
      "of them lists",
      "watches",
      "bytes at the start, sent/received",
      "bytes later",
      "shortest time between two watches of one kind, s",
    ],
    watches.map(({ node }, index) => row(node, index)),
  ),
);

function row(node: string, index: number): string[] {
  const [start, end] = [first[index], last[index]];
  assert.ok(start && end);
  const own = audited.filter(({ user }) => user === node);
  const count = (verb: string) => String(own.filter((each) => each.verb === verb).length);
  const shortest = Math.min(...["pods", "namespaces"].flatMap((resource) => betweenWatches(node, resource)));
  return [
    node,
    String(node === "busy" ? changes : 0),
    String(own.length),
    count("list"),
    count("watch"),
    `${start.sent} / ${start.received}`,
    `${end.sent - start.sent} / ${end.received - start.received}`,
    Number.isFinite(shortest) ? (shortest / 1000).toFixed(0) : "–",
  ];
}

/** The server's count of requests is netlog's own, and each had a connection of its own; nothing failed. */
function check(node: string, states: (typeof quiet)["view"]["watches"]): void {
  const own = audited.filter(({ user }) => user === node);
  const counters = [states.pods.counters, states.namespaces.counters];
  const requests = sum(counters.map((each) => each.requests));
  const failures = sum(counters.flatMap((each) => Object.values(each.failures)));
  const { connections } = last[NODES.indexOf(node as (typeof NODES)[number])] ?? assert.fail();
  assert.deepEqual([own.length, connections, failures], [requests, requests, 0]);
  assert.deepEqual(new Set(own.map(({ agent }) => agent)), new Set(["netlog/bench"]));
  for (const resource of ["pods", "namespaces"])
    for (const ms of betweenWatches(node, resource))
      assert.ok(ms >= TIMES.shortestWatchMs, `${node}: watches of ${resource} ${ms} ms apart`);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => one + other, 0);
}

function betweenWatches(node: string, resource: string): number[] {
  const times = audited
    .filter((each) => each.user === node && each.resource === resource && each.verb === "watch")
    .map(({ atMs }) => atMs);
  return times.slice(1).map((ms, index) => ms - (times[index] ?? 0));
}

async function watch(node: (typeof NODES)[number]) {
  const proxy = await CountingProxy.start(plane.port);
  const cluster = await findCluster("on", { KUBECONFIG: plane.kubeConfig(node, proxy.port) });
  assert.ok(cluster);
  const log = (level: string, message: string) => console.error(`${node}: ${level}: ${message}`);
  const { signal } = ended;
  return { node, proxy, view: watchCluster({ cluster, nodeName: node, version: "bench", signal, log }) };
}

async function makePod(node: string, name: string): Promise<void> {
  await plane.call("POST", `/api/v1/namespaces/${NAMESPACE}/pods`, apiCostPod(node, name));
  await plane.call("PATCH", `${podPath(name)}/status`, {
    status: runningStatus(randomBytes(32).toString("hex")),
  });
}

function podPath(name: string): string {
  return `/api/v1/namespaces/${NAMESPACE}/pods/${name}`;
}

async function uidOf(name: string): Promise<string> {
  return ((await plane.call("GET", podPath(name))) as { metadata: { uid: string } }).metadata.uid;
}

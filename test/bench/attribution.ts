/**
 * What it costs to say whose an event is, of a full node's pods and of many containers that are gone:
 *
 *     node --expose-gc test/bench/attribution.ts
 *
 * prints two Markdown tables. Nothing of it needs root, a probe or a cluster.
 */
import type { SocketEvent } from "../../src/event.ts";
import { jsonFormatter } from "../../src/format/json.ts";
import { textFormatter } from "../../src/format/text.ts";
import { CgroupTable } from "../../src/identity/cgroup/table.ts";
import { Namespaces } from "../../src/identity/kubernetes/namespaces.ts";
import { Pods } from "../../src/identity/kubernetes/pods.ts";
import { labelFilter } from "../../src/identity/labels.ts";
import { Origins } from "../../src/identity/origins.ts";
import { WaitingEvents } from "../../src/identity/waiting.ts";
import type { Origin } from "../../src/origin.ts";
import { CONTAINERS, DEAD, eventIn, namespaces, PODS, populate } from "./population.ts";
import { markdownTable } from "./table.ts";

const ROUNDS = 5;
const PASSES = 20;
const FORMATTER = { node: "node-1.example.org", run: "mh2k7w1x" };
const REMEMBERED = { ms: 600_000, max: 2000, now: () => performance.now() };

const { gc } = globalThis;
if (gc === undefined) throw new Error("node needs --expose-gc");

const memoryRows: string[][] = [];
const timeRows: string[][] = [];

/** Makes something, and notes by how much the heap has grown. */
function made<T>(what: string, make: () => T): T {
  gc?.();
  const before = process.memoryUsage().heapUsed;
  const thing = make();
  gc?.();
  const mb = (process.memoryUsage().heapUsed - before) / 2 ** 20;
  memoryRows.push([what, mb.toFixed(1)]);
  return thing;
}

/** Notes the CPU time for each of the events in the fastest of several rounds over all of them. */
function timed(what: string, events: readonly SocketEvent[], act: (event: SocketEvent) => unknown): void {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const from = process.threadCpuUsage();
    for (let pass = 0; pass < PASSES; pass++) for (const event of events) act(event);
    const { user, system } = process.threadCpuUsage(from);
    best = Math.min(best, (user + system) / PASSES / events.length);
  }
  timeRows.push([what, (best * 1e3).toFixed(0)]);
}

const population = populate();
const groups = population.flatMap((pod) => pod.groups);
const events = groups.map(({ id }, number) => eventIn(id, number)).toSorted(() => Math.random() - 0.5);
const dead = groups.filter((group) => group.dead);

const table = made(`control groups: ${PODS * CONTAINERS} there, ${PODS * DEAD} gone`, () => {
  const table = new CgroupTable();
  for (const { id, path } of groups) table.addReported(id, path);
  for (const { id } of dead) table.remove(id, performance.now());
  return table;
});
const pods = made(`${PODS} pods`, () => {
  const pods = new Pods(REMEMBERED);
  pods.replace(population.map(({ object }) => ({ ...object, containers: [...object.containers] })));
  return pods;
});
const all = new Namespaces(REMEMBERED);
all.replace(namespaces());
const filter = labelFilter({ include: ["*"], exclude: [] });
const origins = new Origins({
  placeOf: (cgroup) => table.get(cgroup),
  directory: {
    pod: (uid) => pods.get(uid),
    namespace: (name) => all.get(name),
    ownerOf: () => undefined,
    namesContainers: true,
  },
  chosen: { namespace: filter, pod: filter },
});
made(`origins of all ${groups.length}, with 15 labels`, () => {
  for (const { id } of groups) if (!origins.of(id).complete) throw new Error(`${id} is not attributed`);
});
const [text, json] = [textFormatter(FORMATTER), jsonFormatter(FORMATTER)];
for (const [name, formatter] of Object.entries({ text, json })) {
  made(`their pairs, ready to be written as ${name}`, () => {
    for (const event of events)
      formatter.event(event, origins.of(event.cgroup).origin, { utcUs: 1e15, n: 1 });
  });
}

let written = 0;
const waiting = new WaitingEvents({
  originOf: (cgroup) => origins.of(cgroup),
  onEvent: (_, origin) => {
    written += origin.pod === undefined ? 0 : 1;
  },
  waitMs: 2000,
  max: 10_000,
});
timed("control group → place", events, (event) => table.get(event.cgroup));
timed("… → origin", events, (event) => origins.of(event.cgroup));
timed("… → through the queue of those that wait (none does)", events, (event) => waiting.take(event, 0));
if (written !== ROUNDS * PASSES * events.length) throw new Error(`${written} events came through`);

const unlabelled = new Map(
  groups.map(({ id }) => {
    const { podLabels, namespaceLabels, ...rest } = origins.of(id).origin;
    return [id, rest];
  }),
);
const HOST: Origin = { host: true };
let n = 0;
for (const [name, formatter] of Object.entries({ text, json })) {
  const format = (originOf: (cgroup: number) => Origin) => (event: SocketEvent) =>
    formatter.event(event, originOf(event.cgroup), { utcUs: 1e15 + ++n, n });
  timed(
    `${name} line of the host`,
    events,
    format(() => HOST),
  );
  timed(
    `${name} line of a pod, no labels`,
    events,
    format((cgroup) => unlabelled.get(cgroup) ?? HOST),
  );
  timed(
    `${name} line of a pod, 15 labels`,
    events,
    format((cgroup) => origins.of(cgroup).origin),
  );
  timed(
    `… written for the first time`,
    events,
    format((cgroup) => ({ ...origins.of(cgroup).origin })),
  );
}

process.stdout.write(`${new Date().toISOString().slice(0, 10)}, Node ${process.version}\n\n`);
process.stdout.write(`${markdownTable(["what", "heap, MB"], memoryRows)}\n`);
process.stdout.write(markdownTable(["step, for one event", "ns"], timeRows));

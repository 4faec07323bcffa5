/**
 * Runs the whole program beside processes and containers that live for milliseconds, and holds its lines against them.
 * Natively and in guests alike:
 *
 *     node test/brief/attribution.ts BRIEF docker|oci PROCESSES CONTAINERS
 *
 * prints one line of JSON, a `Report`.
 */
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Collected, collect } from "../collect.ts";
import { argumentsOf, childrenOf } from "../probe/processes.ts";
import { until } from "../probe/until.ts";
import { type EventLine, readLine } from "../scenario/read-line.ts";
import type { Container, Containers } from "./containers.ts";
import { dockerContainers } from "./docker.ts";
import { type Brief, judge, type Verdict } from "./judge.ts";
import { ociContainers } from "./oci.ts";

/** How long a process and a container may live to count as brief. */
export const PROCESS_US = 5000;
export const CONTAINER_US = 1_000_000;

/** More than these at a time, and each of them would live longer. */
const RUNTIMES = {
  docker: { make: dockerContainers, atOnce: 2 },
  oci: { make: ociContainers, atOnce: 1 },
} as const;

export type Options = {
  /** How many brief ones there are to be; those that lived longer, on a busy machine, come on top. */
  readonly processes: number;
  readonly containers: number;
};

export type Report = {
  readonly runtime: string;
  /** The probes that netlog chose and the version of bpftrace, from its #start record. */
  readonly probes: string;
  readonly bpftrace: string;
  /** Processes in a few containers, each process of which is brief. */
  readonly processes: Group;
  /** Containers of one process. */
  readonly containers: Group;
  /** A container that was there before netlog. */
  readonly before: Group;
  /** A container that came while nobody was watching, because bpftrace had been killed. */
  readonly meanwhile: Group;
  /** What netlog counted, from its last #stats record. */
  readonly stats: Readonly<Record<string, string>>;
  /** How long netlog took to write all after the last of them had ended. */
  readonly behindMs: number;
  readonly exitCode: number | null;
  readonly said: string;
};

/** `brief`: how many of them lived for as short as they should; `longestUs`: the longest of those. */
export type Group = Verdict & {
  readonly brief: number;
  readonly medianUs: number;
  readonly longestUs: number;
};

const MAIN = join(import.meta.dirname, "../../src/main.ts");
const CONFIG = "events: [tcp.connect, udp.bind]\nkubernetes: off\n";
/** How many containers have brief processes. */
const CROWDED = 4;
/** An emulated machine is seconds behind. */
const PATIENCE_S = 240;

export async function attribution(
  program: string,
  runtime: keyof typeof RUNTIMES,
  options: Options,
): Promise<Report> {
  const { make, atOnce } = RUNTIMES[runtime];
  await using containers = await make(program);
  const before = await containers.start("before", "wait");
  await using netlog = await timed("netlog's start", startNetlog());
  const made = {
    before: await timed("before", release(before)),
    processes: await timed("processes", briefProcesses(containers, options.processes, atOnce)),
    containers: await timed("containers", briefContainers(containers, options.containers, atOnce)),
    meanwhile: await timed("meanwhile", whileNobodyWatches(netlog, containers)),
  };
  const behindMs = await catchUp(netlog);
  netlog.child.kill("SIGTERM");
  const exitCode = await netlog.ended;

  const all = netlog.lines().map(readLine);
  const { probes = "", bpftrace = "" } = all.find(({ record }) => record === "#start")?.fields ?? {};
  const lines = all.filter((line): line is EventLine => line.record === undefined);
  return {
    runtime,
    probes,
    bpftrace,
    processes: group(made.processes, PROCESS_US, lines),
    containers: group(made.containers, CONTAINER_US, lines),
    before: group(made.before, Number.POSITIVE_INFINITY, lines),
    meanwhile: group(made.meanwhile, Number.POSITIVE_INFINITY, lines),
    stats: all.findLast(({ record }) => record === "#stats")?.fields ?? {},
    behindMs,
    exitCode,
    said: netlog.stderr(),
  };
}

/** Says on standard error how far it is and how long each part took, for a machine that is too slow for the rest. */
async function timed<T>(what: string, work: Promise<T>): Promise<T> {
  const from = performance.now();
  const done = await work;
  process.stderr.write(`${what}: ${Math.round((performance.now() - from) / 1000)} s\n`);
  return done;
}

async function startNetlog(): Promise<Collected & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), "netlog-brief-"));
  const config = join(folder, "config.yaml");
  await writeFile(config, CONFIG);
  const netlog = collect(spawn(process.execPath, [MAIN, "--config", config, "--format", "text"]));
  const stop = async () => {
    netlog.child.kill("SIGTERM"); // of one that has ended, nothing
    await netlog.ended;
    await rm(folder, { recursive: true });
  };
  const started = () => netlog.stdout().includes(" #start ") || netlog.child.exitCode !== null;
  await until("netlog has started", started, PATIENCE_S).catch(() => {});
  if (!netlog.stdout().includes(" #start ")) {
    await stop();
    throw new Error(`netlog has not started: ${netlog.stderr()}`);
  }
  return { ...netlog, [Symbol.asyncDispose]: stop };
}

async function briefProcesses(
  containers: Containers,
  count: number,
  atOnce: number,
): Promise<readonly Brief[]> {
  const each = Math.ceil(count / CROWDED);
  const words = [each, PROCESS_US, 4 * each].map(String);
  const made: Brief[] = [];
  let started = 0;
  const work = async () => {
    while (started < CROWDED) made.push(...(await toldBy(await containers.start(`p${started++}`, ...words))));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return made;
}

async function briefContainers(
  containers: Containers,
  count: number,
  atOnce: number,
): Promise<readonly Brief[]> {
  const made: Brief[] = [];
  let started = 0;
  let running = 0;
  const brief = () => made.filter(({ livedUs }) => livedUs < CONTAINER_US).length;
  const work = async () => {
    while (brief() + running < count && started < 1.5 * count) {
      running++;
      made.push(...(await toldBy(await containers.start(`c${started++}`))));
      running--;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return made;
}

/** @throws Error where bpftrace was back before the container was there, so that nothing was shown */
async function whileNobodyWatches(netlog: Collected, containers: Containers): Promise<readonly Brief[]> {
  const gap = () => netlog.lines().find((line) => line.includes(" reason=bpftrace-ended "));
  const [bpftrace] = childrenOf(netlog.child.pid as number).filter((pid) =>
    argumentsOf(pid).includes("json"),
  );
  if (bpftrace === undefined) throw new Error(`netlog has no bpftrace: ${netlog.stderr()}`);
  process.kill(bpftrace, "SIGKILL");
  const knows = () => netlog.stderr().includes("starting it again");
  await until("netlog knows of it", knows, PATIENCE_S).catch((cause) => {
    throw new Error(`netlog said ${netlog.stderr()}`, { cause });
  });
  const container = await containers.start("meanwhile", "wait");
  if (gap() !== undefined) throw new Error("the container was too late");
  await until("bpftrace is back", gap, PATIENCE_S);
  return await release(container);
}

async function release(container: Container): Promise<readonly Brief[]> {
  await container.signal();
  return await toldBy(container);
}

async function toldBy({ id, ended }: Container): Promise<readonly Brief[]> {
  const said = (await ended).filter((line) => line.startsWith("{"));
  return said.map((line) => ({ ...JSON.parse(line), container: id }));
}

/** Waits for the line of a socket of our own, the last one made. */
async function catchUp(netlog: Collected): Promise<number> {
  const from = performance.now();
  const last = createSocket("udp4").bind(0, "127.0.0.1");
  await once(last, "listening");
  const line = `[${process.pid}] UDP bind 127.0.0.1:${last.address().port} `;
  await until("netlog has caught up", () => netlog.stdout().includes(line), PATIENCE_S);
  last.close();
  return Math.round(performance.now() - from);
}

function group(made: readonly Brief[], boundUs: number, lines: readonly EventLine[]): Group {
  const lives = made.map(({ livedUs }) => livedUs).toSorted((one, other) => one - other);
  const brief = lives.filter((us) => us < boundUs);
  return {
    ...judge(made, lines),
    brief: brief.length,
    medianUs: lives[lives.length >> 1] ?? 0,
    longestUs: brief.at(-1) ?? 0,
  };
}

if (import.meta.main) {
  const [program, runtime, processes, containers] = process.argv.slice(2);
  const report = await attribution(program as string, runtime as keyof typeof RUNTIMES, {
    processes: Number(processes),
    containers: Number(containers),
  });
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

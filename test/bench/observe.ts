import { setTimeout as delay } from "node:timers/promises";
import { type Load, type Made, PORT, runLoad, startTrickle } from "./load.ts";
import { cpuMs, type Memory, memory, type PerProcess } from "./process.ts";
import { Run } from "./run.ts";
import type { Watcher } from "./watchers.ts";

/** One load under one watcher. */
export type Loaded = Made & {
  readonly load: Load;
  /** Lines of each kind, and how many there should be. */
  readonly seen: Readonly<Record<string, { readonly lines: number; readonly expected: number }>>;
  /** CPU time of the watcher's processes, from before the load until it had written all. */
  readonly watcherMs: PerProcess;
};

/** One run of one watcher. */
export type Observation = {
  readonly watcher: string;
  readonly loads: readonly Loaded[];
  /** From the start of the program to netlog's #start line. */
  readonly startLineMs?: number;
  /** From the start of the program to its first line of a connection; there are 20 of them a second. */
  readonly firstEventMs?: number;
  readonly quietMsPerSecond?: PerProcess;
  /** After all loads. */
  readonly memory?: Memory;
  /** netlog's account of itself, from its last #stats and its numbers. */
  readonly account?: Account;
};

export type Account = {
  /** Records that bpftrace said it lost. */
  readonly lost: number;
  /** Events for whose lines there was no room. */
  readonly dropped: number;
  /** Records that came later than the window for sorting them allows; only with bpftrace 0.17. */
  readonly late: number;
  /** Numbers of lines that are not there. */
  readonly holes: number;
};

export type ObserveOptions = {
  readonly folder: string;
  readonly load: string;
  readonly loads: readonly Load[];
  readonly quietSeconds: number;
};

const ANY_EVENT = new RegExp(`\\b${PORT}\\b`);
/** In text behind the run's id, in JSON alone. */
const NUMBER = /\bseq(?:=[a-z0-9]+-|":)(\d+)/;

/** The loads alone, with nobody who watches. */
export async function sustain({ name }: Watcher, { load, loads }: ObserveOptions): Promise<Observation> {
  const done: Loaded[] = [];
  for (const one of loads) done.push({ load: one, seen: {}, watcherMs: {}, ...(await runLoad(load, one)) });
  return { watcher: name, loads: done };
}

/** Starts a watcher, runs the loads, ends it. */
export async function observe(watcher: Watcher, options: ObserveOptions): Promise<Observation> {
  const run = new Run(watcher, options.folder);
  try {
    const start = await timeStart(run, watcher, options.load);
    const quietMsPerSecond = await quiet(run, options.quietSeconds);
    const loads: Loaded[] = [];
    for (const load of options.loads) loads.push(await underLoad(run, watcher, options.load, load));
    const resident = memory(run.pid);
    await run.stop();
    return {
      watcher: watcher.name,
      loads,
      ...start,
      ...(quietMsPerSecond && { quietMsPerSecond }),
      memory: resident,
      ...(watcher.name.startsWith("netlog") && { account: account(run.linesFrom(0)) }),
    };
  } finally {
    run.child.kill("SIGKILL");
  }
}

async function timeStart(run: Run, { name }: Watcher, load: string) {
  const trickle = startTrickle(load);
  try {
    const startLineMs = name.startsWith("netlog") ? await run.sees(/netlog[:.] ?#?start/) : undefined;
    const firstEventMs = await run.sees(ANY_EVENT);
    return { ...(startLineMs !== undefined && { startLineMs }), firstEventMs };
  } finally {
    trickle.end();
    await run.settled();
  }
}

async function quiet(run: Run, seconds: number): Promise<PerProcess | undefined> {
  if (seconds === 0) return undefined;
  const before = cpuMs(run.pid);
  await delay(seconds * 1000);
  return each(difference(cpuMs(run.pid), before), (ms) => ms / seconds);
}

async function underLoad(run: Run, { kinds }: Watcher, program: string, load: Load): Promise<Loaded> {
  const offset = run.size;
  const before = cpuMs(run.pid);
  const made = await runLoad(program, load);
  await run.settled();
  const watcherMs = difference(cpuMs(run.pid), before);
  const lines = run.linesFrom(offset);
  const seen = kinds.map(({ name, perConnection, pattern }) => {
    const count = lines.filter((line) => pattern.test(line)).length;
    return [name, { lines: count, expected: made.made * perConnection }] as const;
  });
  return { load, ...made, seen: Object.fromEntries(seen), watcherMs };
}

/** Whether all that netlog wrote is there, and what it says that it did not write. */
function account(lines: readonly string[]): Account {
  const numbered = lines.filter((line) => NUMBER.test(line));
  const last = Number(NUMBER.exec(numbered.at(-1) ?? "")?.[1]);
  const stats = numbered.findLast((line) => /#stats|netlog\.stats/.test(line)) ?? "";
  const field = (name: string) => Number(new RegExp(`${name}"?[=:]"?(\\d+)`).exec(stats)?.[1]);
  return {
    lost: field("lost\\.kernel-buffer"),
    dropped: field("dropped\\.queue-full"),
    late: field("late"),
    holes: last - numbered.length,
  };
}

function difference(after: PerProcess, before: PerProcess): PerProcess {
  return Object.fromEntries(
    Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)]),
  );
}

function each(values: PerProcess, change: (value: number) => number): PerProcess {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

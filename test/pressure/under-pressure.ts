/**
 * Runs the whole program while `pressure` makes its sockets, and counts. In a guest:
 *
 *     node test/pressure/under-pressure.ts [--beside AGENT] [--memory-limit BYTES] PRESSURE RUN ARGUMENT…
 *
 * prints one line of JSON, a `Report`.
 */
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Collected, collect } from "../collect.ts";
import { type EventLine, type RecordLine, readLine } from "../scenario/read-line.ts";
import { type Made, type Tallies, tally } from "./tally.ts";

export type Report = Tallies & {
  /** How many lines are extra: `extra` holds the first few. */
  readonly extraCount: number;
  /** The probes that netlog chose and the version of bpftrace, from its #start record. */
  readonly probes: string;
  readonly bpftrace: string;
  /** What netlog counted, from its last #stats record. */
  readonly stats: Readonly<Record<string, string>>;
  /** How long netlog took to write all after the program had ended. */
  readonly behindMs: number;
  readonly exitCode: number | null;
  /** What netlog and the program said on standard error. */
  readonly said: string;
};

const MAIN = join(import.meta.dirname, "../../src/main.ts");
const CATCH_UP_MS = 60_000;
const CGROUP = "/sys/fs/cgroup/pressure";

type Options = {
  /** The name of one of the bpftrace scripts in this folder. */
  readonly beside: string | undefined;
  readonly memoryLimit: string | undefined;
};

/** Runs netlog and, when its probes are attached, the program; ends netlog and counts. */
export async function underPressure(command: readonly string[], options: Options): Promise<Report> {
  const config = join(mkdtempSync(join(tmpdir(), "netlog-pressure-")), "config.yaml");
  writeFileSync(config, "events: [tcp.connect, tcp.accept, tcp.close, udp.bind, udp.close]\n");
  const netlog = start(process.execPath, MAIN, "--config", config, "--format", "text");
  const first = await netlog.firstLine;
  if (first === undefined)
    throw new Error(`netlog ended (${netlog.how()}) without a line: ${netlog.stderr()}`);
  const agent =
    options.beside === undefined
      ? undefined
      : start("bpftrace", join(import.meta.dirname, `${options.beside}.bt`));
  if (agent && (await agent.firstLine) === undefined) throw new Error(`no agent: ${agent.stderr()}`);

  const program = start(...inCgroup(command, options.memoryLimit));
  await program.ended;
  agent?.child.kill("SIGTERM");
  await agent?.ended;
  const behindMs = await catchUp(netlog);
  netlog.child.kill("SIGTERM");
  const exitCode = await netlog.ended;

  const made = program.lines().map((line) => JSON.parse(line) as Made | { done: true });
  if (made.length === 0 || !("done" in (made.pop() ?? {}))) throw new Error(program.stderr());
  const lines = netlog.lines().map(readLine);
  const stats = lines.findLast(({ record }) => record === "#stats")?.fields ?? {};
  const { probes = "", bpftrace = "" } = (readLine(first) as RecordLine).fields;
  const events = lines.filter((line): line is EventLine => line.record === undefined);
  const said = netlog.stderr() + program.stderr();
  const tallies = tally(made as Made[], events);
  return { ...tallies, extraCount: tallies.extra.length, probes, bpftrace, stats, behindMs, exitCode, said };
}

/**
 * Waits for the line of a socket of our own, the last one made: an emulated machine is behind by more than the
 * seconds that netlog takes at its end, and what it has not read by then is another test's subject.
 */
async function catchUp(netlog: ReturnType<typeof start>): Promise<number> {
  const from = performance.now();
  const last = createSocket("udp4").bind(0, "127.0.0.1");
  await once(last, "listening");
  const line = `[${process.pid}] UDP bind 127.0.0.1:${last.address().port} `;
  while (!netlog.stdout().includes(line)) {
    if (performance.now() - from > CATCH_UP_MS)
      throw new Error(`netlog did not catch up: ${netlog.stderr()}`);
    await delay(200);
  }
  last.close();
  return Math.round(performance.now() - from);
}

/** With a limit: in a control group of its own, that has to take memory back all the time. */
function inCgroup(command: readonly string[], limit: string | undefined): readonly [string, ...string[]] {
  if (limit === undefined) return command as [string, ...string[]];
  writeFileSync("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
  mkdirSync(CGROUP, { recursive: true });
  writeFileSync(join(CGROUP, "memory.max"), limit);
  return ["sh", "-c", `echo $$ >${CGROUP}/cgroup.procs && exec "$@"`, "sh", ...command];
}

function start(file: string, ...args: readonly string[]): Collected {
  return collect(spawn(file, args));
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    options: { beside: { type: "string" }, "memory-limit": { type: "string" } },
    allowPositionals: true,
  });
  const report = await underPressure(positionals, {
    beside: values.beside,
    memoryLimit: values["memory-limit"],
  });
  const short = { ...report, extra: report.extra.slice(0, 20), missing: report.missing.slice(0, 20) };
  process.stdout.write(`${JSON.stringify(short)}\n`);
}

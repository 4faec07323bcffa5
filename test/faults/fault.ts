import assert from "node:assert/strict";
import { after, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { lacking } from "../facilities.ts";
import { listen, Netlog } from "../host/process-netlog.ts";
import { until } from "../probe/until.ts";
import { alignColumns } from "../scenario/table.ts";
import { type Judgement, judge, type Rules } from "./judge.ts";
import { buildTraffic, commOf, type MadeEvent, startTraffic, type Traffic } from "./traffic.ts";
import { disagreements, verify } from "./verified.ts";

export const skip = process.env["NETLOG_TEST_TRAFFIC"] ? lacking("bpftrace") : lacking("bpftrace", "cc");
export const program = skip === false ? await buildTraffic() : "";
export const STATS = "stats: { every: 1s }";

/** Made while a fault is at work: sixty rounds a second are 360 events, at which nothing is lost for want of speed. */
export const RATE = 60;
/** Ends a fault that never ends. */
const MAX_ROUNDS = 40_000;

const HEAD = [
  "fault",
  "made",
  "lines",
  "in a gap",
  "missing",
  "of it counted",
  "difference",
  "netlog counted",
  "",
];
const table: (string | number)[][] = [];
after(() => {
  if (table.length > 0) process.stdout.write(`${alignColumns([HEAD, ...table]).join("\n")}\n`);
});

/** Judges, holds `netlog verify` against it, and adds a row to the table that is printed at the end. */
export function report(
  fault: string,
  made: readonly MadeEvent[],
  runs: readonly (readonly string[])[],
  { rules = {}, note = "" }: { rules?: Rules; note?: string } = {},
): Judgement {
  const judgement = judge(made, runs, rules);
  const { seen, inGaps, missing, excused, difference, doubled, late, counted } = judgement;
  const row = [fault, made.length, seen, say(inGaps), missing, say(excused), difference, say(counted), note];
  table.push(row);
  const { status, report } = verify(runs);
  assert.deepEqual(disagreements(report, judgement, runs), []);
  assert.equal(status, report.complete ? 0 : 1);
  assert.ok(made.length > 0);
  assert.equal(difference, 0, JSON.stringify(row));
  assert.ok(doubled <= late, `${doubled} lines too many, ${late} records out of order`);
  return judgement;
}

/** What a fault that costs no event has to show. */
export function assertNothingMissing({ missing, inGaps, counted, gaps }: Judgement): void {
  assert.deepEqual({ missing, inGaps, counted, gaps }, { missing: 0, inGaps: {}, counted: {}, gaps: [] });
}

/** What a fault with one gap, and nothing else, has to show. */
export function assertOnlyGaps({ missing, inGaps, gaps }: Judgement, ...reasons: readonly string[]): void {
  assert.equal(missing, 0);
  assert.deepEqual([...new Set(gaps.map(({ reason }) => reason))].toSorted(), reasons.toSorted());
  assert.ok(Object.values(inGaps).some((count) => count > 0));
}

export type FaultOptions = { readonly config?: string; readonly rules?: Rules };

/** netlog through one fault, with traffic before it, while it lasts and behind it. */
export async function throughAFault(
  t: TestContext,
  fault: string,
  { config = STATS, rules = {} }: FaultOptions,
  act: (netlog: Netlog) => Promise<void>,
): Promise<Judgement> {
  const netlog = await Netlog.start(t, { config });
  const traffic = await underTraffic(t, netlog);
  await act(netlog);
  await delay(2000);
  const made = await traffic.stop();
  await caughtUp(t, netlog);
  await stop(netlog);
  return report(fault, made, [netlog.lines], { rules });
}

/** Waits until the probes are attached, and starts traffic; resolves when lines of it have come. */
export async function underTraffic(t: TestContext, netlog: Netlog): Promise<Traffic> {
  await netlog.attached();
  const traffic = startTraffic(t, program, MAX_ROUNDS, RATE);
  await netlog.line(` ${commOf(program)}[`);
  await delay(1000);
  return traffic;
}

/** Waits until netlog has written the line of a connection that is made from now on. */
export async function caughtUp(t: TestContext, netlog: Netlog): Promise<void> {
  const { dial } = await listen(t);
  const lines: string[] = [];
  let nextMs = 0;
  await until(
    "netlog has caught up",
    async () => {
      // One a second: while a buffer is full it may lose such a connection as well.
      if (performance.now() >= nextMs) {
        lines.push(`${await dial()} `);
        nextMs = performance.now() + 1000;
      }
      return lines.some((line) => netlog.stdout.includes(line));
    },
    300,
  );
  await delay(500); // the ends of the last sockets
}

export async function stop(netlog: Netlog): Promise<void> {
  netlog.child.kill("SIGTERM");
  await netlog.ended;
}

/** Waits until this many gap records of this reason stand in the output. */
export function gap(netlog: Netlog, reason: string, count = 1): Promise<boolean> {
  return until(
    `${count} gaps because of ${reason}`,
    () => netlog.stdout.split(` reason=${reason} `).length > count,
    300,
  );
}

function say(counts: Readonly<Record<string, number>>): string {
  const words = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  return words.join(", ") || "0";
}

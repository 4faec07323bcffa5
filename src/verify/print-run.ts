import { atMost, count, printable } from "./print-words.ts";
import type { RunReport } from "./report.ts";

const MAX_HOLES = 5;
const MAX_PODS = 5;
const MAX_SLOW = 5;

/** A run: one line, and one more for each thing that there is to say of it. */
export function printRun(run: RunReport): string[] {
  const { firstNumber, lastNumber, events, records, holes, limited, brokenSums, accountedTo } = run;
  const lines = [
    `  run ${run.run}: ${count(events + records, "line")}, seq ${firstNumber} to ${lastNumber}, ${beginning(run)}, ${end(run)}`,
  ];
  const say = (what: string, text: string) => lines.push(`    ${what.padEnd(10)} ${text}`);
  if (holes.count > 0) {
    const ranges = holes.list.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`));
    say(
      "missing",
      `${count(holes.missing, "line")} in ${count(holes.count, "hole")}: seq ${atMost(MAX_HOLES, ranges).join(", ")}`,
    );
    const [first, last] = [holes.list[0], holes.list.at(-1)];
    if (first !== undefined && last !== undefined) say("", `between ${first.after} and ${last.before}`);
  }
  if (hasAny(run.losses)) say("lost", pairs(run.losses));
  const slow = run.gaps.filter(({ dropped }) => dropped !== undefined);
  for (const { from = "unknown", to, dropped = 0 } of slow.slice(0, MAX_SLOW))
    say("slow", `${count(dropped, "event")} without a line from ${from} to ${to}: the reader was too slow`);
  if (slow.length > MAX_SLOW) say("", `and ${slow.length - MAX_SLOW} more times`);
  for (const { pod, dropped, from, to } of limited.slice(0, MAX_PODS))
    say("limited", printable(`${pod}: ${count(dropped, "line")} from ${from} to ${to}`));
  if (limited.length > MAX_PODS) say("", `and ${limited.length - MAX_PODS} more pods`);
  for (const sentence of brokenSums.list.slice(0, 3)) say("wrong", sentence);
  if (brokenSums.count > 3) say("", `and ${brokenSums.count - 3} more`);
  if (accountedTo === undefined) say("account", "no #stats: what netlog itself lost is not known");
  if (hasAny(run.lossesBefore)) say("earlier", `lost by its first #stats here: ${pairs(run.lossesBefore)}`);
  if (run.duplicates > 0) say("twice", `${count(run.duplicates, "line")}, as log shippers do`);
  if (hasAny(run.filtered)) say("filtered", `by rules: ${pairs(run.filtered)}`);
  if (hasAny(run.notes)) say("note", pairs(run.notes));
  return lines;
}

function beginning({ started, firstNumber }: RunReport): string {
  if (started) return "from its #start";
  return firstNumber === 1 ? "without #start" : "what came before is not in the input";
}

function end({ stopped, accountedTo }: RunReport): string {
  if (stopped !== undefined) return `stopped (${printable(stopped)})`;
  return accountedTo === undefined ? "no #stop" : `no #stop, losses known up to ${accountedTo}`;
}

function hasAny(counts: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(counts).length > 0;
}

function pairs(counts: Readonly<Record<string, number | string>>): string {
  const texts = Object.entries(counts).map(([key, value]) => `${key} ${value.toLocaleString("en-US")}`);
  return printable(atMost(12, texts).join(", "));
}

import { type Line, readLine } from "../scenario/read-line.ts";
import type { MadeEvent } from "./traffic.ts";

/** What became of the events that were made, from netlog's lines alone. */
export type Judgement = {
  readonly made: number;
  /** That have their line. */
  readonly seen: number;
  /** That have none, and happened while nobody watched, as a gap record says. */
  readonly inGaps: number;
  /** That have none otherwise. */
  readonly missing: number;
  /** What netlog counted as lost, by cause, where it is not 0: records of the kernel, or events. */
  readonly counted: Readonly<Record<string, number>>;
  /** Missing beyond all that was counted: 0, or something was lost silently. */
  readonly difference: number;
  /** Lines of the same event beyond the first. */
  readonly doubled: number;
  readonly gaps: readonly string[];
};

type Gap = { readonly fromUs: number; readonly toUs: number; readonly reason: string };

/** Judges the lines of one run of netlog, or of several one after the other. */
export function judge(made: readonly MadeEvent[], runs: readonly (readonly string[])[]): Judgement {
  const lines = runs.map((run) => run.map(readLine));
  const counts = countSeen(lines.flat());
  const gaps = lines.flat().flatMap(readGap).filter(isOfTheLog);
  const unseen = made.filter((event) => !counts.has(keyOf(event)));
  const inGaps = unseen.filter(({ beforeUs, afterUs }) =>
    gaps.some(({ fromUs, toUs }) => afterUs >= fromUs && beforeUs <= toUs),
  );
  const counted = lossesOf(lines);
  const missing = unseen.length - inGaps.length;
  const sum = Object.values(counted).reduce((one, other) => one + other, 0);
  return {
    made: made.length,
    seen: made.length - unseen.length,
    inGaps: inGaps.length,
    missing,
    counted,
    difference: Math.max(0, missing - sum),
    doubled: made.reduce((sum, event) => sum + Math.max(0, (counts.get(keyOf(event)) ?? 0) - 1), 0),
    gaps: gaps.map(({ reason }) => reason),
  };
}

const keyOf = ({ kind, conn }: { kind: string; conn: string }) => `${kind} ${conn}`;

/** Provisional lines are no event's line. */
function countSeen(lines: readonly Line[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) {
    if (line.record !== undefined || line.fields["result"] === "pending") continue;
    const key = keyOf({ kind: line.event, conn: line.fields["conn"] ?? "" });
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function readGap(line: Line): Gap[] {
  if (line.record !== "#gap") return [];
  const { from = "", to = "", reason = "" } = line.fields;
  return [{ fromUs: from === "unknown" ? 0 : microseconds(from), toUs: microseconds(to), reason }];
}

/** Before its first run there is no log. */
function isOfTheLog({ fromUs }: Gap, index: number): boolean {
  return index > 0 || fromUs > 0;
}

function microseconds(time: string): number {
  const [, seconds = "", fraction = ""] = /^(.*)\.(\d{6})Z$/.exec(time) ?? [];
  return Date.parse(`${seconds}Z`) * 1000 + Number(fraction);
}

/** From each run's last counters. */
function lossesOf(runs: readonly (readonly Line[])[]): Record<string, number> {
  const losses: Record<string, number> = {};
  for (const run of runs) {
    const stats = run.findLast(({ record }) => record === "#stats");
    for (const [name, value] of Object.entries(stats?.fields ?? {})) {
      if (!/^(?:lost\.|dropped\.|unparsable$)/.test(name) || value === "0" || value === "unknown") continue;
      losses[name] = (losses[name] ?? 0) + Number(value);
    }
  }
  return losses;
}

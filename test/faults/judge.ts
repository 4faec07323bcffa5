import { type Line, readLine } from "../scenario/read-line.ts";
import { excuseAll } from "./excuse.ts";
import { type Gap, gapsOf } from "./gaps.ts";
import { lastStats, lossesOf } from "./losses.ts";
import type { MadeEvent } from "./traffic.ts";

/** What became of the events that were made, from netlog's lines alone. */
export type Judgement = {
  readonly made: number;
  /** That have their line. */
  readonly seen: number;
  /** That have none and happened while nobody watched, by what the gap record gives as the reason. */
  readonly inGaps: Readonly<Record<string, number>>;
  /** That have none otherwise. */
  readonly missing: number;
  /** Of these, what a counter explains, by its name: each explains only what its cause can do. */
  readonly excused: Readonly<Record<string, number>>;
  /** What nothing explains: it was lost silently. */
  readonly difference: number;
  /** Lines of the same event beyond the first, and what netlog says of records out of order: these can end a socket twice. */
  readonly doubled: number;
  readonly late: number;
  /** What netlog counted as lost, by cause, where it is not 0: records of the kernel, or events. */
  readonly counted: Readonly<Record<string, number>>;
  readonly gaps: readonly Gap[];
  /** The events without a line that lie in a gap. */
  readonly hidden: readonly MadeEvent[];
};

/** Rules whose count says what they took the line from, and of which kind of event. */
export type Rules = Readonly<Record<string, string>>;

/** Judges the lines of one run of netlog, or of several one after the other. */
export function judge(
  made: readonly MadeEvent[],
  runs: readonly (readonly string[])[],
  rules: Rules = {},
): Judgement {
  const lines = runs.map((run) => run.map(readLine));
  const counts = countSeen(lines.flat());
  const gaps = gapsOf(lines);
  const unseen = made.filter((event) => !counts.has(keyOf(event)));
  const inGaps: Record<string, number> = {};
  const hidden: MadeEvent[] = [];
  const outside: MadeEvent[] = [];
  const room = new Map(gaps.map((gap) => [gap, gap.dropped ?? Number.POSITIVE_INFINITY]));
  let dropped = 0;
  for (const event of unseen) {
    const gap = gaps.find((gap) => covers(gap, event) && (room.get(gap) ?? 0) > 0);
    if (gap === undefined) outside.push(event);
    else {
      room.set(gap, (room.get(gap) ?? 0) - 1);
      if (gap.dropped !== undefined) dropped++;
      else {
        hidden.push(event);
        inGaps[gap.reason] = (inGaps[gap.reason] ?? 0) + 1;
      }
    }
  }
  const excused = excuseAll(outside, lines, rules);
  if (dropped > 0) excused["dropped.queue-full"] = dropped;
  const missing = outside.length + dropped;
  return {
    made: made.length,
    seen: made.length - unseen.length,
    inGaps,
    missing,
    excused,
    difference: Object.values(excused).reduce((left, count) => left - count, missing),
    doubled: made.reduce((sum, event) => sum + Math.max(0, (counts.get(keyOf(event)) ?? 0) - 1), 0),
    late: lines.reduce((sum, run) => sum + Number(lastStats(run)["late"] ?? 0), 0),
    counted: lossesOf(lines),
    gaps,
    hidden,
  };
}

/** A slow reader's gap begins and ends with one event each, whose kernel time netlog turns into UTC by a clock of its own. */
const CLOCK_US = 1000;

function covers(
  { fromUs, toUs, event: kind, dropped }: Gap,
  { kind: made, beforeUs, afterUs }: MadeEvent,
): boolean {
  const slackUs = dropped === undefined ? 0 : CLOCK_US;
  return (kind === undefined || kind === made) && afterUs >= fromUs - slackUs && beforeUs <= toUs + slackUs;
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

import type { Line } from "../scenario/read-line.ts";

/** When nobody watched, in microseconds of UTC. */
export type Gap = {
  readonly fromUs: number;
  readonly toUs: number;
  readonly reason: string;
  /** The reason and all that stands behind it, as on the line. */
  readonly said?: string;
  /** The one kind of event that it is of; undefined: every kind. */
  readonly event?: string | undefined;
  /** How many events it is of, which a slow reader cost: netlog was watching. Undefined: everything in it. */
  readonly dropped?: number | undefined;
};

/** By how much lines can stand in another order than their events: netlog's window for sorting them. */
export const ORDER_US = 100_000;

/**
 * What the records tell, and what follows from a run that ends without `#stop`: of what came behind its last line,
 * until the next run began, nothing is known. Before the first run there is no log, and so no gap.
 */
export function gapsOf(runs: readonly (readonly Line[])[]): Gap[] {
  const told = runs.flatMap((run, index) => toldGaps(run).filter(({ fromUs }) => index > 0 || fromUs > 0));
  const ends = runs.flatMap((run, index): Gap[] => {
    if (run.some(({ record }) => record === "#stop")) return [];
    const fromUs = Math.max(...run.map(({ time }) => microseconds(time))) - ORDER_US;
    const next = runs[index + 1]?.find(({ record }) => record === "#start");
    const toUs = next === undefined ? Number.POSITIVE_INFINITY : microseconds(next.time);
    return [{ fromUs, toUs, reason: "no-stop" }];
  });
  return [...told, ...ends];
}

/** What the records of one run tell; what is from an unknown time begins at 0. */
export function toldGaps(run: readonly Line[]): Gap[] {
  return run.flatMap(readGap);
}

function readGap(line: Line): Gap[] {
  if (line.record !== "#gap") return [];
  const { from = "", to = "", reason = "", seq: _, ...more } = line.fields;
  const { event, dropped } = more;
  const pairs = Object.entries(more).map(([key, value]) => ` ${key}=${value}`);
  return [
    {
      fromUs: from === "unknown" ? 0 : microseconds(from),
      toUs: microseconds(to),
      reason,
      said: reason + pairs.join(""),
      event,
      dropped: dropped === undefined ? undefined : Number(dropped),
    },
  ];
}

export function microseconds(time: string): number {
  const [, seconds = "", fraction = ""] = /^(.*)\.(\d{6})Z$/.exec(time) ?? [];
  return Date.parse(`${seconds}Z`) * 1000 + Number(fraction);
}

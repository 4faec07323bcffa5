import type { Line } from "../scenario/read-line.ts";

/** When nobody watched, in microseconds of UTC. */
export type Gap = {
  readonly fromUs: number;
  readonly toUs: number;
  readonly reason: string;
  /** The one kind of event that it is of; undefined: every kind. */
  readonly event?: string | undefined;
  /** How many events it is of; undefined: everything in it. */
  readonly dropped?: number | undefined;
  /** The record's pairs behind the reason, as they stand there. */
  readonly more?: string;
};

/** By how much lines can stand in another order than their events: netlog's window for sorting them. */
export const ORDER_US = 100_000;

/** What the records of a run tell; one without a beginning begins at `unknownUs`. */
export function toldGaps(run: readonly Line[], unknownUs: number): Gap[] {
  return run.flatMap(({ record, fields: { from = "", to = "", reason = "", seq: _, ...more } }) => {
    if (record !== "#gap") return [];
    return [
      {
        fromUs: from === "unknown" ? unknownUs : microseconds(from),
        toUs: microseconds(to),
        reason,
        event: more["event"],
        dropped: more["dropped"] === undefined ? undefined : Number(more["dropped"]),
        more: Object.entries(more)
          .map(([key, value]) => ` ${key}=${value}`)
          .join(""),
      },
    ];
  });
}

/**
 * What the records tell, and what follows from a run that ends without `#stop`: of what came behind its last line,
 * until the next run began, nothing is known. A gap without a beginning reaches back to the end of the run before, and
 * of the first run to nothing.
 */
export function gapsOf(runs: readonly (readonly Line[])[]): Gap[] {
  const told = runs.flatMap((run, index) => {
    const before = runs[index - 1];
    return before === undefined
      ? toldGaps(run, Number.NaN).filter(({ fromUs }) => !Number.isNaN(fromUs))
      : toldGaps(run, lastUs(before) - ORDER_US);
  });
  const ends = runs.flatMap((run, index): Gap[] => {
    if (run.some(({ record }) => record === "#stop")) return [];
    const fromUs = lastUs(run) - ORDER_US;
    const next = runs[index + 1]?.find(({ record }) => record === "#start");
    const toUs = next === undefined ? Number.POSITIVE_INFINITY : microseconds(next.time);
    return [{ fromUs, toUs, reason: "no-stop" }];
  });
  return [...told, ...ends];
}

function lastUs(run: readonly Line[]): number {
  return run.reduce((last, { time }) => Math.max(last, microseconds(time)), 0);
}

export function microseconds(time: string): number {
  const [, seconds = "", fraction = ""] = /^(.*)\.(\d{6})Z$/.exec(time) ?? [];
  return Date.parse(`${seconds}Z`) * 1000 + Number(fraction);
}

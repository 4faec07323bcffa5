import type { Run } from "./run.ts";
import { type Span, union, without } from "./spans.ts";

/** Time in which no run of a node watched; `fromUs` is undefined where nobody knows. */
export type Unwatched = {
  readonly fromUs: number | undefined;
  readonly toUs: number;
  readonly reasons: readonly string[];
};

/**
 * When a node was watched: when one of its runs did, from its first line to its last, its `#gap`s apart. What a
 * `#gap` of one run leaves out another may have seen, and during a rolling upgrade does.
 *
 * @param runs in the order of their beginning; at least one
 */
export function coverageOf(runs: readonly Run[]): {
  readonly span: Span;
  readonly gaps: readonly Unwatched[];
} {
  const watched = union(runs.flatMap((run) => (run.neverWatched ? [] : without(run.span, gapsOf(run)))));
  const endUs = runs.reduce((most, { span }) => Math.max(most, span.toUs), Number.NEGATIVE_INFINITY);
  if (watched.length === 0) watched.push({ fromUs: endUs, toUs: endUs }); // all of it is in gaps
  const told = runs.flatMap((run) => [run.span, ...gapsOf(run)]);
  const whole = {
    fromUs: told.reduce((least, { fromUs }) => Math.min(least, fromUs), endUs),
    toUs: told.reduce((most, { toUs }) => Math.max(most, toUs), endUs),
  };
  // Of the earliest run's gap without a beginning nobody knows how long it was; a later one's begins at an end.
  const unknown = (runs[0]?.gaps ?? []).filter(({ fromUs }) => fromUs === undefined);
  const untilUs = Math.max(...unknown.map(({ toUs }) => toUs));
  return {
    span: { fromUs: watched[0]?.fromUs ?? endUs, toUs: watched.at(-1)?.toUs ?? endUs },
    gaps: [
      ...unknown.map(({ toUs, reason }) => ({ fromUs: undefined, toUs, reasons: [`#gap ${reason}`] })),
      ...without(whole, watched)
        .filter(({ toUs }) => toUs > untilUs)
        .map((gap) => ({ ...gap, reasons: reasonsOf(gap, runs) })),
    ],
  };
}

/** The time that a run's `#gap`s tell, of one without a beginning what lies in the run itself. */
function gapsOf({ gaps, span }: Run): Span[] {
  return gaps.map(({ fromUs, toUs }) => ({ fromUs: fromUs ?? Math.min(span.fromUs, toUs), toUs }));
}

/** What the runs before and behind a gap say of it, and the `#gap`s in it. */
function reasonsOf(gap: Span, runs: readonly Run[]): string[] {
  const reasons: string[] = [];
  for (const { run, span, stopReason, firstNumber, neverWatched } of runs) {
    if (neverWatched) {
      if (span.fromUs <= gap.toUs && span.toUs >= gap.fromUs) reasons.push(`run ${run} has no #start`);
      continue;
    }
    if (span.toUs === gap.fromUs)
      reasons.push(
        stopReason === undefined ? `run ${run} ends without #stop` : `run ${run} stopped (${stopReason})`,
      );
    if (span.fromUs === gap.toUs && firstNumber > 1) reasons.push(`run ${run} begins at seq ${firstNumber}`);
  }
  for (const run of runs)
    for (const [at, { fromUs, toUs }] of gapsOf(run).entries())
      if (fromUs <= gap.toUs && toUs >= gap.fromUs) reasons.push(`#gap ${run.gaps[at]?.reason}`);
  return [...new Set(reasons)];
}

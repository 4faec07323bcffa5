import type { Run } from "./run.ts";
import { type Span, union, without } from "./spans.ts";

/** Time in which no run of a node watched. */
export type Unwatched = Span & { readonly reasons: readonly string[] };

/** A run, and the time that its `#gap`s tell. */
type Told = {
  readonly run: Run;
  readonly gaps: readonly (Span & { readonly reason: string; readonly isTurned?: true })[];
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
  const told = runs.map((run, index) => ({ run, gaps: gapsOf(run, index === 0) }));
  const restarts = told.flatMap(({ gaps }) => gaps).filter(({ reason }) => reason === "restart");
  const watched = union(
    told.flatMap(({ run, gaps }) =>
      run.neverWatched ? [] : without(run.span, [...gaps, ...cutBy(restarts, run)]),
    ),
  );
  const endUs = runs.reduce((most, { span }) => Math.max(most, span.toUs), Number.NEGATIVE_INFINITY);
  if (watched.length === 0) watched.push({ fromUs: endUs, toUs: endUs }); // all of it is in gaps
  const turned = told.flatMap(({ gaps }) => gaps).filter(({ isTurned }) => isTurned);
  const spans = told.flatMap(({ run, gaps }) => [run.span, ...gaps]);
  const whole = {
    fromUs: spans.reduce((least, { fromUs }) => Math.min(least, fromUs), endUs),
    toUs: spans.reduce((most, { toUs }) => Math.max(most, toUs), endUs),
  };
  return {
    span: { fromUs: watched[0]?.fromUs ?? endUs, toUs: watched.at(-1)?.toUs ?? endUs },
    gaps: [
      ...without(whole, watched).map((gap) => ({ ...gap, reasons: reasonsOf(gap, told) })),
      ...turned.map(({ fromUs, toUs, reason }) => ({
        fromUs,
        toUs,
        reasons: [`#gap ${reason}, which begins behind its end: the clock was set back`],
      })),
    ],
  };
}

/** A run without `#stop` had not handed over all of its last lines where the `#gap` of a restart begins before them. */
function cutBy(restarts: readonly Span[], { span, stopReason }: Run): readonly Span[] {
  return stopReason === undefined
    ? restarts.filter((gap) => gap.fromUs <= span.toUs && span.toUs < gap.toUs)
    : [];
}

/**
 * One without a beginning reaches back to the last line of the run before, which is a gap by itself, up to its end; of
 * the first run to nothing: there the log begins.
 */
function gapsOf({ gaps, span }: Run, isFirst: boolean): Told["gaps"] {
  return gaps.flatMap(({ fromUs, toUs, reason, dropped, isTurned }) => {
    if (dropped !== undefined) return [];
    if (fromUs !== undefined) return [{ fromUs, toUs, reason, ...(isTurned && { isTurned }) }];
    return isFirst ? [] : [{ fromUs: Math.min(span.fromUs, toUs), toUs, reason }];
  });
}

/** What the runs before and behind a gap say of it, and the `#gap`s in it. */
function reasonsOf(gap: Span, told: readonly Told[]): string[] {
  const reasons: string[] = [];
  for (const { run, span, stopReason, firstNumber, neverWatched } of told.map(({ run }) => run)) {
    if (neverWatched) {
      if (span.fromUs <= gap.toUs && span.toUs >= gap.fromUs) reasons.push(`run ${run} has no #start`);
      continue;
    }
    if (stopReason === undefined ? gap.fromUs <= span.toUs && span.toUs < gap.toUs : span.toUs === gap.fromUs)
      reasons.push(
        stopReason === undefined ? `run ${run} ends without #stop` : `run ${run} stopped (${stopReason})`,
      );
    if (span.fromUs === gap.toUs && firstNumber > 1) reasons.push(`run ${run} begins at seq ${firstNumber}`);
  }
  for (const { fromUs, toUs, reason } of told.flatMap(({ gaps }) => gaps))
    if (fromUs <= gap.toUs && toUs >= gap.fromUs) reasons.push(`#gap ${reason}`);
  return [...new Set(reasons)];
}

import type { Tally } from "./tally.ts";

type Stats = Readonly<Record<string, string>>;

/** What a return tells, by the type of its record: these have no line where the kernel did not report the return. */
const AT_RETURN: Readonly<Record<string, string>> = {
  "udp.bind": "udp.bind",
  "tcp.connect ENETUNREACH": "tcp.failure",
  "tcp.connect EADDRNOTAVAIL": "tcp.failure",
};

/**
 * Of the openings that a kprobe tells, the kernel skips some where another program is at work on that CPU; the socket's
 * close then says `opener=unknown`. Up to so many of them are no fault of netlog's on a kernel that does not count them.
 */
const SKIPPED = 0.1;

/** Whether this kernel counts every run that it skips. */
const countsSkipped = (stats: Stats) => stats["missed"] !== "unknown";

/** What netlog counted that explains missing lines of any sort. */
export function lostAnyway(stats: Stats): number {
  const skipped = countsSkipped(stats) ? Number(stats["missed"]) : 0;
  return Number(stats["lost.kernel-buffer"]) + Number(stats["unparsable"]) + skipped;
}

/** Calls of this sort whose return the kernel did not report, as netlog counted them; 0 where no return probes are used. */
export function missedReturns(sort: string, stats: Stats): number {
  return Number(stats[`missed_returns.${AT_RETURN[sort]}`] ?? 0);
}

/**
 * What is wrong with the tallies of a run, as sentences: of each sort by itself, what is missing must have been counted,
 * and so must what only a close tells of, but for the openings that the kernel may skip; what was inferred must have been
 * counted as well.
 */
export function tooMuch(tallies: readonly Tally[], stats: Stats): string[] {
  const inferred = tallies.reduce((sum, tally) => sum + tally.inferred, 0);
  const missedEnds = Number(stats["missed_ends"]);
  const uncounted = inferred > missedEnds ? [`${inferred} inferred, missed_ends ${missedEnds}`] : [];
  return uncounted.concat(tallies.flatMap((one) => unexplained(one, stats)));
}

function unexplained({ sort, made, missing, closeOnly }: Tally, stats: Stats): string[] {
  const counted = lostAnyway(stats) + missedReturns(sort, stats);
  const isByKprobe = !(sort in AT_RETURN) && /connect|accept/.test(sort);
  const mayBeSkipped = isByKprobe && !countsSkipped(stats) ? Math.ceil(made * SKIPPED) : 0;
  const wrong: string[] = [];
  if (missing > counted) wrong.push(`${sort}: ${missing} missing, ${counted} counted`);
  if (missing + closeOnly > counted + mayBeSkipped)
    wrong.push(`${sort}: ${closeOnly} told by a close only, ${counted + mayBeSkipped} counted or skipped`);
  return wrong;
}

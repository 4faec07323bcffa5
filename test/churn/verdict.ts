import { type Slope, slopeOf } from "../slope.ts";

/** What was measured at one moment, in MB, by what it is of. */
export type Sample = { readonly minute: number; readonly mb: Readonly<Record<string, number>> };

export type Verdict = Slope & {
  readonly what: string;
  readonly firstMb: number;
  readonly lastMb: number;
  readonly grows: boolean;
};

/** Tables remember for ten minutes what has gone: of half an hour this leaves them time to fill. */
const WARM_UP = 0.4;

/** What half an hour cannot tell from noise, and a day of it does no harm. */
const NEGLIGIBLE_MB_AN_HOUR = 1;

/** The slopes, in MB an hour, of what was measured after the warm-up. Clearly positive is three times the error. */
export function verdictsOf(samples: readonly Sample[]): Verdict[] {
  const end = samples.at(-1)?.minute ?? 0;
  const warm = samples.filter(({ minute }) => minute >= end * WARM_UP);
  return Object.keys(warm[0]?.mb ?? {}).map((what) => {
    const points = warm.map(({ minute, mb }) => [minute / 60, mb[what] ?? Number.NaN] as const);
    const slope = slopeOf(points);
    const grows = slope.perX > 3 * slope.error && slope.perX > NEGLIGIBLE_MB_AN_HOUR;
    return { what, ...slope, firstMb: points[0]?.[1] ?? 0, lastMb: points.at(-1)?.[1] ?? 0, grows };
  });
}

import type { ApiFailure } from "./errors.ts";

export type PauseTimes = {
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** Somebody has to change the permissions first. */
  readonly forbiddenPauseMs: number;
  /** A Retry-After that asks for more is taken for a mistake. */
  readonly longestRetryAfterMs: number;
};

/**
 * How long to wait before the next request. `failures` counts those in a row, this one included; `random` is from 0
 * to 1: all nodes fail together when the API server restarts, and are not to come back together.
 */
export function pauseMs(failure: ApiFailure, failures: number, random: number, times: PauseTimes): number {
  const doubled = times.firstPauseMs * 2 ** Math.min(failures - 1, 30);
  const longest =
    failure.kind === "forbidden" ? times.forbiddenPauseMs : Math.min(doubled, times.longestPauseMs);
  const asked = Math.min(failure.retryAfterMs ?? 0, times.longestRetryAfterMs);
  return Math.round(Math.max(longest * (0.5 + random / 2), asked * (1 + random / 10)));
}

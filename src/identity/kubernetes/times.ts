import type { PauseTimes } from "./pause.ts";

export type Times = PauseTimes & {
  /** How long the server may take until an answer begins, and how long a list may stop in its middle. */
  readonly headersMs: number;
  readonly listMs: number;
  readonly shortestWatchMs: number;
  readonly graceMs: number;
  readonly silenceMs: number;
  readonly standsMs: number;
};

export const TIMES: Times = {
  firstPauseMs: 1000,
  longestPauseMs: 30_000,
  forbiddenPauseMs: 60_000,
  longestRetryAfterMs: 300_000,
  headersMs: 30_000,
  /** For all of a list. */
  listMs: 300_000,
  /** The server is asked to end each watch after this time, or up to twice of it: client-go's 5 to 10 minutes. */
  shortestWatchMs: 300_000,
  /** What has not ended by then will not end. */
  graceMs: 30_000,
  /**
   * An API server sends a bookmark about once a minute, but none before the first event that a resource had since the
   * server's start (defaultBookmarkFrequency and dispatchEvents in apiserver/pkg/storage/cacher, 1.19 to 1.35). So
   * silence tells something only of a server that has sent some: two of them are missing then.
   */
  silenceMs: 150_000,
  /** A watch that has stood so long works; one that ends sooner is taken for cut off. */
  standsMs: 10_000,
};

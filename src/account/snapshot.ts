import type { ProcessUsage } from "./process-usage.ts";
import type { Tested } from "./self-test.ts";

/** How the watch of one of the API's resources stands. */
export type ApiWatch = {
  readonly listed: boolean;
  readonly live: boolean;
  /** As performance.now() has it. */
  readonly lastHeardMs: number | undefined;
  readonly counters: {
    readonly requests: number;
    readonly relists: number;
    readonly failures: Readonly<Record<string, number>>;
    readonly skipped: number;
  };
};

/** What self-tests have said of one kind of event. */
export type TestedKind = {
  readonly failedTests: number;
  /** When the last good test began, RFC 3339. */
  readonly lastSeen: string | undefined;
  readonly isSilent: boolean;
};

/** All that the metrics say, at one moment: so the sums that hold in `#stats` hold in a scrape. */
export type Snapshot = {
  /** The fields of a `#stats` record. */
  readonly stats: Readonly<Record<string, number | string>>;
  readonly build: { readonly version: string; readonly kernel: string; readonly bpftrace: string };
  readonly isReady: boolean;
  /** The names of the scripts that were chosen. */
  readonly probes: readonly string[];
  readonly isAttached: boolean;
  /** By reason. */
  readonly gaps: ReadonlyMap<string, number>;
  readonly selfTest: ReadonlyMap<Tested, TestedKind>;
  readonly selfTestErrors: number;
  /** By resource; none where the API is not watched. */
  readonly watches: Readonly<Record<string, ApiWatch>>;
  readonly isConfigGood: boolean;
  /** performance.now() */
  readonly nowMs: number;
  readonly netlog: ProcessUsage;
  /** When netlog was started, Unix time in seconds. */
  readonly startedAt: number;
  /** Undefined while none runs. */
  readonly bpftrace: ProcessUsage | undefined;
};

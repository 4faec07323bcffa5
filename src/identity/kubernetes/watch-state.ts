import { type ApiFailure, FAILURE_KINDS, type FailureKind } from "./errors.ts";

export type Log = (level: "info" | "warn", message: string) => void;

/** Since the start. */
export type WatchCounters = {
  readonly requests: number;
  /** Lists after the first complete one. */
  readonly relists: number;
  readonly failures: Readonly<Record<FailureKind, number>>;
  /** Objects and events that were not as the API promises. */
  readonly skipped: number;
};

/** How the watch of one resource stands. */
export type WatchState = {
  /** A list has come, so that there is something to look up. */
  readonly listed: boolean;
  /** A watch is open, so that what is looked up is new. */
  readonly live: boolean;
  /** A sentence with the cause, while requests fail one after the other. */
  readonly problem: string | undefined;
  /** When the server last said anything, as performance.now() has it. */
  readonly lastHeardMs: number | undefined;
  readonly counters: WatchCounters;
};

/** A failure that the next request gets over is counted and not a problem, or each restart of an API server would be one. */
const FAILURES_OF_A_PROBLEM = 2;
/** Not so these: that takes somebody's work, this was minutes without news. */
const PROBLEMS_AT_ONCE: readonly FailureKind[] = ["forbidden", "overdue"];

/** Keeps account of one watch, and says its problems once when they begin and once when they end. */
export class WatchAccount implements WatchState {
  readonly #resource: string;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #counts = { requests: 0, lists: 0, skipped: 0 };
  readonly #failures = Object.fromEntries(FAILURE_KINDS.map((kind) => [kind, 0])) as Record<
    FailureKind,
    number
  >;
  readonly #said = new Set<FailureKind>();
  #failingSinceMs = 0;
  live = false;
  problem: string | undefined;
  lastHeardMs: number | undefined;
  /** Failures in a row. */
  failuresInRow = 0;

  constructor(resource: string, log: Log, now: () => number) {
    this.#resource = resource;
    this.#log = log;
    this.#now = now;
  }

  get listed(): boolean {
    return this.#counts.lists > 0;
  }

  get counters(): WatchCounters {
    const { requests, lists, skipped } = this.#counts;
    return { requests, relists: Math.max(0, lists - 1), skipped, failures: { ...this.#failures } };
  }

  requested(): void {
    this.#counts.requests++;
  }

  heard(): void {
    this.lastHeardMs = this.#now();
  }

  /** A list was taken over. */
  gotList(): void {
    this.#counts.lists++;
  }

  skipped(what: string): void {
    this.#counts.skipped++;
    if (this.#counts.skipped > 1) return; // what one program writes, it writes often
    this.#log(
      "warn",
      `one of the ${this.#resource} that the API server sent is skipped, ${what}; others are counted`,
    );
  }

  failed(failure: ApiFailure): void {
    const { kind, message } = failure;
    this.live = false;
    this.#failures[kind]++;
    if (this.failuresInRow++ === 0) this.#failingSinceMs = this.#now();
    const isProblem =
      this.problem !== undefined ||
      this.failuresInRow >= FAILURES_OF_A_PROBLEM ||
      PROBLEMS_AT_ONCE.includes(kind);
    if (!isProblem) return;
    this.problem = `no news of ${this.#resource}: ${message}`;
    if (this.#said.has(kind)) return;
    this.#said.add(kind);
    this.#log("warn", `${this.problem}; lines go out with what is known, and it is tried again`);
  }

  /** The watch does what it should. */
  works(): void {
    this.failuresInRow = 0;
    if (this.problem === undefined) return;
    this.problem = undefined;
    this.#said.clear();
    const seconds = Math.round((this.#now() - this.#failingSinceMs) / 1000);
    this.#log("info", `news of ${this.#resource} come again, after ${seconds} s`);
  }
}

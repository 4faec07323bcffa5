import type { SelfTest, Tested } from "./self-test.ts";
import type { TestedKind } from "./snapshot.ts";

/** So many failures running make a probe silent: a single one can be a busy machine's. */
const FAILURES_UNTIL_SILENT = 3;

export type VerdictHandlers = {
  /** The time now, as lines have it. */
  readonly now: () => string;
  /** The probes are silent, and what was not seen; undefined: they are heard again. */
  readonly onChange: (silent: string | undefined) => void;
  /** Nobody saw this kind of event from then to then: a piece of a silence, which may go on. */
  readonly onUnwatched: (kind: Tested, from: string, to: string) => void;
  /** The test's own sockets could not be made. */
  readonly onError: (error: Error) => void;
};

type Kind = {
  /** Running. */
  failures: number;
  failedTests: number;
  seenUntil: string;
  lastSeen: string | undefined;
};

/** What several self-tests, one after the other, say of the probes. */
export class SelfTestVerdict {
  readonly #selfTest: SelfTest;
  readonly #handlers: VerdictHandlers;
  readonly #kinds = new Map<Tested, Kind>();
  #startedAt: string | undefined;
  #isRunning = false;
  /** What is not seen of the test's sockets; undefined while all is well. */
  silent: string | undefined;

  /** How often the test's own sockets could not be made. */
  errors = 0;

  constructor(selfTest: SelfTest, handlers: VerdictHandlers) {
    this.#selfTest = selfTest;
    this.#handlers = handlers;
  }

  /** Runs one test, unless one is running. */
  async run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    const at = this.#handlers.now();
    this.#startedAt ??= at;
    try {
      const checks = await this.#selfTest.run();
      const kinds = new Set(checks.map(({ kind }) => kind));
      const unseen = checks.filter(({ seen }) => !seen);
      for (const kind of kinds) {
        this.#takeKind(
          kind,
          at,
          unseen.every((check) => check.kind !== kind),
        );
      }
      this.#judge(unseen.map(({ kind, what }) => ({ kind, text: `${kind} (${what})` })));
    } catch (error) {
      this.errors++;
      this.#handlers.onError(error as Error);
    }
    this.#isRunning = false;
  }

  /** What the tests up to now say of each kind. */
  get kinds(): ReadonlyMap<Tested, TestedKind> {
    return new Map(
      [...this.#kinds].map(([kind, { failures, failedTests, lastSeen }]) => [
        kind,
        { failedTests, lastSeen, isSilent: failures >= FAILURES_UNTIL_SILENT },
      ]),
    );
  }

  /** Says of what is silent now how long it has been; to be called before the end. */
  finish(): void {
    for (const [kind, state] of this.#kinds) {
      if (state.failures >= FAILURES_UNTIL_SILENT) this.#unwatched(kind, state, this.#handlers.now());
    }
  }

  #takeKind(kind: Tested, at: string, isSeen: boolean): void {
    const state = this.#kinds.get(kind) ?? newKind(this.#startedAt ?? at);
    this.#kinds.set(kind, state);
    if (!isSeen) {
      state.failures++;
      state.failedTests++;
    }
    // The probes can have come back while the test ran: its end is the first time of which it is known.
    if (state.failures >= FAILURES_UNTIL_SILENT)
      this.#unwatched(kind, state, isSeen ? this.#handlers.now() : at);
    if (isSeen) {
      state.failures = 0;
      state.seenUntil = at;
      state.lastSeen = at;
    }
  }

  #unwatched(kind: Tested, state: Kind, to: string): void {
    this.#handlers.onUnwatched(kind, state.seenUntil, to);
    state.seenUntil = to;
  }

  #judge(unseen: readonly { kind: Tested; text: string }[]): void {
    const isSilent = ({ kind }: { kind: Tested }) =>
      (this.#kinds.get(kind)?.failures ?? 0) >= FAILURES_UNTIL_SILENT;
    const texts = unseen.filter(isSilent).map(({ text }) => text);
    const silent =
      texts.length === 0 ? undefined : `what the self-test makes is not seen: ${texts.join(", ")}`;
    const isNews = (silent === undefined) !== (this.silent === undefined);
    this.silent = silent;
    if (isNews) this.#handlers.onChange(silent);
  }
}

function newKind(startedAt: string): Kind {
  return { failures: 0, failedTests: 0, seenUntil: startedAt, lastSeen: undefined };
}

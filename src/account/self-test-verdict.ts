import type { SelfTest } from "./self-test.ts";

/** So many failures running make a probe silent: a single one can be a busy machine's. */
const FAILURES_UNTIL_SILENT = 3;

export type VerdictHandlers = {
  /** The probes are silent, and what was not seen; undefined: they are heard again. */
  readonly onChange: (silent: string | undefined) => void;
  /** The test's own sockets could not be made. */
  readonly onError: (error: Error) => void;
};

/** What several self-tests, one after the other, say of the probes. */
export class SelfTestVerdict {
  readonly #selfTest: SelfTest;
  readonly #handlers: VerdictHandlers;
  #failures = 0;
  #isRunning = false;
  /** What is not seen of the test's sockets; undefined while all is well. */
  silent: string | undefined;

  constructor(selfTest: SelfTest, handlers: VerdictHandlers) {
    this.#selfTest = selfTest;
    this.#handlers = handlers;
  }

  /** Runs one test, unless one is running. */
  async run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      const checks = await this.#selfTest.run();
      this.#take(checks.filter(({ seen }) => !seen).map(({ kind, what }) => `${kind} (${what})`));
    } catch (error) {
      this.#handlers.onError(error as Error);
    }
    this.#isRunning = false;
  }

  #take(unseen: readonly string[]): void {
    this.#failures = unseen.length === 0 ? 0 : this.#failures + 1;
    const isSilent = this.#failures >= FAILURES_UNTIL_SILENT;
    const silent = isSilent ? `the self-test's own sockets are not seen: ${unseen.join(", ")}` : undefined;
    const isNews = (silent === undefined) !== (this.silent === undefined);
    this.silent = silent;
    if (isNews) this.#handlers.onChange(silent);
  }
}

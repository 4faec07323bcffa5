/** Passes on the first messages of each minute, each with how many it kept back before it. */
export class FewMessages {
  readonly #pass: (message: string, keptBack: number) => void;
  readonly #perMinute: number;
  #minuteStartedMs = Number.NEGATIVE_INFINITY;
  #passed = 0;
  #keptBack = 0;

  constructor(pass: (message: string, keptBack: number) => void, perMinute = 5) {
    this.#pass = pass;
    this.#perMinute = perMinute;
  }

  take(message: string, nowMs: number): void {
    if (nowMs - this.#minuteStartedMs >= 60_000) {
      this.#minuteStartedMs = nowMs;
      this.#passed = 0;
    }
    if (this.#passed++ >= this.#perMinute) {
      this.#keptBack++;
      return;
    }
    const keptBack = this.#keptBack;
    this.#keptBack = 0;
    this.#pass(message, keptBack);
  }
}

/** Something that is done again and again, at an interval that can change. */
export class Repeating implements Disposable {
  readonly #act: () => unknown;
  #everyMs: number;
  #timer: NodeJS.Timeout;

  constructor(everyMs: number, act: () => unknown) {
    this.#act = act;
    this.#everyMs = everyMs;
    this.#timer = setInterval(act, everyMs);
  }

  /** Another interval begins now; the same one goes on. */
  set everyMs(everyMs: number) {
    if (everyMs === this.#everyMs) return;
    clearInterval(this.#timer);
    this.#everyMs = everyMs;
    this.#timer = setInterval(this.#act, everyMs);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

export type RememberedOptions = {
  readonly ms: number;
  readonly max: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
};

/** Values that are kept for a while after they are gone: for `ms`, and not more than the newest `max` of them. */
export class Remembered<Value> {
  readonly #options: RememberedOptions;
  readonly #onForget: (value: Value) => void;
  /** In the order of their ends. */
  readonly #values = new Map<string, { readonly value: Value; readonly untilMs: number }>();

  constructor(options: RememberedOptions, onForget: (value: Value) => void = () => {}) {
    this.#options = options;
    this.#onForget = onForget;
  }

  get(key: string): Value | undefined {
    const kept = this.#values.get(key);
    return kept !== undefined && this.#options.now() < kept.untilMs ? kept.value : undefined;
  }

  add(key: string, value: Value): void {
    this.#values.delete(key); // so that it becomes the last one
    this.#values.set(key, { value, untilMs: this.#options.now() + this.#options.ms });
    this.#forget();
  }

  /** It is back, and no longer among those that are gone. */
  take(key: string): Value | undefined {
    const value = this.get(key);
    this.#values.delete(key);
    return value;
  }

  #forget(): void {
    const { now, max } = this.#options;
    for (const [key, { value, untilMs }] of this.#values) {
      if (now() < untilMs && this.#values.size <= max) return;
      this.#values.delete(key);
      this.#onForget(value);
    }
  }
}

type Timed = { readonly bootNs: number };

/**
 * Sorts what comes nearly in the order of kernel time. bpftrace 0.17 has a buffer for each CPU and reads them
 * one after the other; later versions have one buffer, and need no sorting.
 *
 * A record is held for `windowMs` after it came, so that what other CPUs reported before it can still come, even
 * where a busy machine lets bpftrace read only now and then. What comes after a later one was given on is given
 * on all the same, and counted.
 */
export class Reorder<T extends Timed> {
  readonly #windowMs: number;
  /** In the order of kernel time. */
  readonly #held: { readonly record: T; readonly untilMs: number }[] = [];
  #givenNs = 0;
  /** Records that came after a later one had been given on. */
  late = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** When `due` will have something to give. */
  get nextDueMs(): number | undefined {
    return this.#held[0]?.untilMs;
  }

  /** Takes a record that came now (milliseconds of any steady clock). */
  push(record: T, nowMs: number): void {
    if (record.bootNs < this.#givenNs) this.late++;
    this.#held.splice(this.#placeOf(record), 0, { record, untilMs: nowMs + this.#windowMs });
  }

  /** The records that need not wait any longer, in order. */
  due(nowMs: number): T[] {
    const held = this.#held.findIndex(({ untilMs }) => untilMs > nowMs);
    return this.#give(held === -1 ? this.#held.length : held);
  }

  /** Everything, in order. */
  drain(): T[] {
    return this.#give(this.#held.length);
  }

  /** Behind all that are not later; most records belong at the end, and a busy machine brings long runs that do not. */
  #placeOf({ bootNs }: T): number {
    const isLater = (index: number) => (this.#held[index] as { record: T }).record.bootNs > bootNs;
    let high = this.#held.length;
    let low = high > 0 && !isLater(high - 1) ? high : 0;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isLater(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #give(count: number): T[] {
    const given = this.#held.splice(0, count).map(({ record }) => record);
    this.#givenNs = Math.max(this.#givenNs, given.at(-1)?.bootNs ?? 0);
    return given;
  }
}

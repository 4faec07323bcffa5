type Timed = { readonly bootNs: number };

/** So many records wait at most, some 30 MB. */
const MAX_HELD = 100_000;

/**
 * Holds what comes out of the order of kernel time until all that is older has come. What comes after a later one was
 * given on, which only the bound of its size lets happen, is given on all the same, and counted.
 */
export class Reorder<T extends Timed> {
  /** In the order of kernel time. */
  readonly #held: T[] = [];
  #givenNs = 0;
  /** Records that came after a later one had been given on. */
  late = 0;

  /** The time of the oldest that is held. */
  get oldestNs(): number | undefined {
    return this.#held[0]?.bootNs;
  }

  push(record: T): void {
    if (record.bootNs < this.#givenNs) this.late++;
    this.#held.splice(this.#placeOf(record), 0, record);
  }

  /** The records up to this time, in order; and those for which there is no room. */
  upTo(bootNs: number): T[] {
    return this.#give(Math.max(this.#placeOf({ bootNs }), this.#held.length - MAX_HELD));
  }

  /** Everything, in order. */
  drain(): T[] {
    return this.#give(this.#held.length);
  }

  /** Behind all that are not later; most records belong at the end, and a busy machine brings long runs that do not. */
  #placeOf({ bootNs }: Timed): number {
    const isLater = (index: number) => (this.#held[index] as T).bootNs > bootNs;
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
    const given = this.#held.splice(0, count);
    this.#givenNs = Math.max(this.#givenNs, given.at(-1)?.bootNs ?? 0);
    return given;
  }
}

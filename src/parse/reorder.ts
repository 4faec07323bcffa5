type Timed = { readonly bootNs: number };

/** So many records wait at most, some 30 MB; when there are more, a tenth is given on at once. */
const MAX_HELD = 100_000;
const LESS_HELD = 90_000;

/**
 * Holds what comes out of the order of kernel time until all that is older has come. What comes after a later one was
 * given on is given on all the same, and counted: where more comes than is held, or later than it was said to come.
 */
export class Reorder<T extends Timed> {
  /** In the order of coming, or of kernel time. */
  #held: T[] = [];
  #isSorted = true;
  #oldestNs = Number.POSITIVE_INFINITY;
  #givenNs = 0;
  /** Records that came after a later one had been given on. */
  late = 0;

  /** The time of the oldest that is held. */
  get oldestNs(): number | undefined {
    return this.#held.length > 0 ? this.#oldestNs : undefined;
  }

  /** Whether records are to be given on, whatever comes. */
  get isFull(): boolean {
    return this.#held.length > MAX_HELD;
  }

  push(record: T): void {
    const { bootNs } = record;
    if (bootNs < this.#givenNs) this.late++;
    this.#isSorted &&= bootNs >= (this.#held.at(-1)?.bootNs ?? 0);
    this.#oldestNs = Math.min(this.#oldestNs, bootNs);
    this.#held.push(record);
  }

  /** The records up to this time, in order; and those for which there is no room. */
  upTo(bootNs: number): T[] {
    if (this.#oldestNs > bootNs && !this.isFull) return [];
    this.#sort();
    const later = this.#held.findIndex((record) => record.bootNs > bootNs);
    const due = later === -1 ? this.#held.length : later;
    return this.#give(this.isFull ? Math.max(due, this.#held.length - LESS_HELD) : due);
  }

  /** Everything, in order. */
  drain(): T[] {
    this.#sort();
    return this.#give(this.#held.length);
  }

  /** Long runs that are in order, which the engine's sort merges; those of one time stay as they came. */
  #sort(): void {
    if (!this.#isSorted) this.#held.sort((a, b) => a.bootNs - b.bootNs);
    this.#isSorted = true;
  }

  #give(count: number): T[] {
    const given = this.#held.slice(0, count);
    this.#held = this.#held.slice(count);
    this.#oldestNs = this.#held[0]?.bootNs ?? Number.POSITIVE_INFINITY;
    this.#givenNs = Math.max(this.#givenNs, given.at(-1)?.bootNs ?? 0);
    return given;
  }
}

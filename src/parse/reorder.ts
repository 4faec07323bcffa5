type Timed = { readonly bootNs: number };

/**
 * Sorts what comes nearly in the order of kernel time. bpftrace 0.17 has a buffer for each CPU and reads them
 * one after the other; later versions have one buffer, and need no sorting.
 *
 * A record is held until the newest kernel time seen or passed in is `windowNs` ahead of it. What comes later
 * than that is given on at once, and counted.
 */
export class Reorder<T extends Timed> {
  readonly #windowNs: number;
  /** In the order of kernel time. */
  readonly #held: T[] = [];
  #newestNs = 0;
  #givenNs = 0;
  /** Records that came after a later one had been given on. */
  late = 0;

  constructor(windowNs: number) {
    this.#windowNs = windowNs;
  }

  get isEmpty(): boolean {
    return this.#held.length === 0;
  }

  /** Takes a record; returns those that need not wait any longer. */
  push(record: T): T[] {
    if (record.bootNs < this.#givenNs) this.late++;
    let at = this.#held.length;
    while (at > 0 && (this.#held[at - 1] as T).bootNs > record.bootNs) at--;
    this.#held.splice(at, 0, record);
    return this.due(record.bootNs);
  }

  /** Those that need not wait any longer at this kernel time. */
  due(nowNs: number): T[] {
    this.#newestNs = Math.max(this.#newestNs, nowNs);
    const until = this.#newestNs - this.#windowNs;
    let count = 0;
    while (count < this.#held.length && (this.#held[count] as T).bootNs <= until) count++;
    const given = this.#held.splice(0, count);
    this.#givenNs = Math.max(this.#givenNs, given.at(-1)?.bootNs ?? 0);
    return given;
  }

  /** Everything, in order. */
  drain(): T[] {
    return this.#held.splice(0);
  }
}

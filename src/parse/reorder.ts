import { TICK_MS } from "../probe-record.ts";

type Timed = { readonly bootNs: number };

/** By then each CPU has ticked. */
const FIRST_NS = 1e9 + 2 * TICK_MS * 1e6;

/** How far one CPU can be behind the others before they wait for it no longer: it does not run any more. */
const GIVE_UP_NS = 30e9;

/** So many records wait at most, some 30 MB. */
const MAX_HELD = 100_000;

/**
 * Puts the records of many CPUs in the order of kernel time. bpftrace 0.17 has a buffer for each CPU and reads each to its
 * end before the next, which can take seconds while one CPU goes on reporting (2.5 were seen); later versions have one
 * buffer, and need no sorting.
 *
 * What one CPU reports comes in its order. So a record is given on when from every CPU a later one has come, which the
 * ticks see to where nothing happens. It does not wait for a CPU that was taken away, nor beyond a number of records;
 * what comes after a later one was given on is given on all the same, and counted.
 */
export class Reorder<T extends Timed> {
  /** In the order of kernel time. */
  readonly #held: T[] = [];
  /** Of each CPU, the time of the newest record. */
  readonly #newestNs = new Map<number, number>();
  #firstNs: number | undefined;
  #givenNs = 0;
  /** Kernel time up to which every record has come; 0 as long as that is not known. */
  readUpToNs = 0;
  /** Records that came after a later one had been given on. */
  late = 0;

  /** A record of this CPU has come: so have all that it had reported before. */
  heard(cpu: number, bootNs: number): void {
    this.#firstNs ??= bootNs;
    this.#newestNs.set(cpu, Math.max(bootNs, this.#newestNs.get(cpu) ?? 0));
    const times = [...this.#newestNs.values()];
    const newestNs = Math.max(...times);
    const readUpToNs = Math.min(...times.filter((ns) => ns >= newestNs - GIVE_UP_NS));
    if (readUpToNs >= this.#firstNs + FIRST_NS) this.readUpToNs = Math.max(this.readUpToNs, readUpToNs);
  }

  /** Takes a record, for `due` to give on. */
  push(record: T): void {
    if (record.bootNs < this.#givenNs) this.late++;
    this.#held.splice(this.#placeOf(record), 0, record);
  }

  /** The records that need not wait any longer, in order. */
  due(): T[] {
    const held = this.#held.findIndex(({ bootNs }) => bootNs > this.readUpToNs);
    return this.#give(Math.max(held === -1 ? this.#held.length : held, this.#held.length - MAX_HELD));
  }

  /** Everything, in order. */
  drain(): T[] {
    return this.#give(this.#held.length);
  }

  /** Behind all that are not later; most records belong at the end, and a busy machine brings long runs that do not. */
  #placeOf({ bootNs }: T): number {
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

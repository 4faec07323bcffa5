type Key = { received: number; highest: number };

/** How many records were made under each key. */
type Counts = ReadonlyMap<number, number>;

/** How much netlog's reading of the kernel's clock can be wrong. */
const MARGIN_NS = 100e6;

/**
 * Which of the records that the probes made have come, to the unit. Each record has a key and its number under that
 * key, and those of one key come in their order: a hole is a loss. Now and then the program tells how many it
 * has made under each key, for the losses that no later record shows. bpftrace reads the counts when it comes to print
 * them, so records of before can still be under way; a heartbeat of after that has them all before it.
 */
export class MadeRecords {
  /** The type of a key's records: by the remainder of the key. */
  readonly #types: readonly string[];
  readonly #keysPerCpu: number;
  #keys = new Map<number, Key>();
  /** What was told, of which not all may have come. */
  #told: { readonly counts: Counts; readonly bootNs: number } | undefined;
  #toldLast: Counts = new Map();
  /** By type, of the programs that ended. */
  readonly #earlier = new Map<string, { made: number; received: number }>();
  #earlierLost = 0;
  #earlierMissing = 0;
  /** What bpftrace said of the running program. */
  #saidLost = 0;

  constructor(types: readonly string[], keysPerCpu: number) {
    this.#types = types;
    this.#keysPerCpu = keysPerCpu;
  }

  received(key: number, number: number): void {
    const state = this.#key(key);
    state.received++;
    state.highest = Math.max(state.highest, number);
  }

  /** bpftrace says that so many were lost, without saying which. */
  said(lost: number): void {
    this.#saidLost += lost;
  }

  /** What the program told, at this kernel time at the latest: how many records it has made under each key. */
  told(counts: Counts, bootNs: number): void {
    this.#told ??= { counts, bootNs };
    this.#toldLast = counts;
  }

  /** Every record up to this kernel time has come: what was made a good while before it has come, or is lost. */
  heard(bootNs: number): void {
    if (this.#told === undefined || bootNs < this.#told.bootNs + MARGIN_NS) return;
    this.#settle(this.#told.counts);
    this.#told = undefined;
  }

  /** The program has ended, and all that it said has come: what it told last as well. The next one counts from 1 again. */
  ended(): void {
    this.#settle(this.#toldLast);
    this.#told = undefined;
    this.#toldLast = new Map();
    this.#earlierLost = this.lost;
    this.#saidLost = 0;
    this.#earlierMissing = this.missing;
    for (const [type, { made, received }] of this.byType()) this.#earlier.set(type, { made, received });
    this.#keys = new Map();
  }

  /** By type, in the order of the program. */
  byType(): Map<string, { readonly made: number; readonly received: number }> {
    const sums = new Map([...new Set(this.#types)].map((type) => [type, { made: 0, received: 0 }]));
    for (const [type, sum] of sums) {
      const earlier = this.#earlier.get(type);
      sum.made += earlier?.made ?? 0;
      sum.received += earlier?.received ?? 0;
    }
    for (const [key, { received, highest }] of this.#keys) {
      const sum = sums.get(this.#types[key % this.#keysPerCpu] ?? "");
      if (sum === undefined) continue;
      sum.made += highest;
      sum.received += received;
    }
    return sums;
  }

  /** Records that were made and have not come. */
  get missing(): number {
    let missing = 0;
    for (const { made, received } of this.byType().values()) missing += made - received;
    return missing;
  }

  /**
   * Records that were lost on their way: what is missing, or what bpftrace said where no later record has shown it
   * (yet) or it was one without a number, a heartbeat.
   */
  get lost(): number {
    return this.#earlierLost + Math.max(this.missing - this.#earlierMissing, this.#saidLost);
  }

  #settle(counts: Counts): void {
    for (const [key, count] of counts) {
      const state = this.#key(key);
      state.highest = Math.max(state.highest, count);
    }
  }

  #key(key: number): Key {
    let state = this.#keys.get(key);
    if (state === undefined) {
      state = { received: 0, highest: 0 };
      this.#keys.set(key, state);
    }
    return state;
  }
}

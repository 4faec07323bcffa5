/** `toldMissing`: how many had not returned when the program told it last. */
type Calls = { entered: number; toldMissing: number; missed: number };

/**
 * Calls whose return the kernel did not report to a return probe, all its places being taken: calls noted at their
 * entry less those seen to return. Calls under way are among them too, so of two tellings in a row the smaller
 * number holds. An upper bound of the events that have no line because of it: most calls of a function have none anyway.
 */
export class MissedReturns {
  readonly types: readonly string[];
  /** How often all of it has been told. */
  tellings = 0;
  #isClosed = false;
  #calls: Map<string, Calls>;
  /** By type of record, of the programs that ended. */
  readonly #earlier = new Map<string, number>();

  /** @param types the types of record that are seen by return probes */
  constructor(types: readonly string[]) {
    this.types = types;
    this.#calls = new Map(types.map((type) => [type, newCalls()]));
  }

  /** What the program told: of one type both, the entries first. */
  told(type: string, what: "entered" | "left", count: number): void {
    const calls = this.#calls.get(type);
    if (calls === undefined || this.#isClosed) return;
    if (what === "entered") {
      calls.entered = count;
    } else {
      const missing = calls.entered - count;
      calls.missed = Math.max(calls.missed, Math.min(calls.toldMissing, missing));
      calls.toldMissing = missing;
      if (type === this.types.at(-1)) this.tellings++;
    }
  }

  /** The program is going to take its probes away, those at returns not together with those at entries. */
  close(): void {
    this.#isClosed = true;
  }

  /** Another program begins, which counts from 0 again. */
  restart(): void {
    for (const [type, { missed }] of this.#calls) {
      this.#earlier.set(type, (this.#earlier.get(type) ?? 0) + missed);
      this.#calls.set(type, newCalls());
    }
  }

  /** For `#stats`. */
  get fields(): Readonly<Record<string, number>> {
    const fields: Record<string, number> = {};
    for (const [type, { missed }] of this.#calls)
      fields[`missed_returns.${type}`] = (this.#earlier.get(type) ?? 0) + missed;
    return fields;
  }
}

function newCalls(): Calls {
  return { entered: 0, toldMissing: 0, missed: 0 };
}

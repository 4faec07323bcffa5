/** How much later than its time a record can be there to be read, as where a virtual CPU does not run just then. */
export const MARGIN_NS = 100e6;

/**
 * Kernel time up to which everything has been read, where bpftrace (0.17) has a buffer for each CPU. It asks which buffers
 * have something, reads each of these to its end, and asks again; a CPU that goes on reporting keeps it for
 * seconds (2.5 were seen), in which the other buffers stay unread.
 *
 * It has asked between two readings of one buffer, with others in between. What was made before it asks has been read
 * when it asks for the next time; and when it waits for an answer.
 */
export class ReadingRounds {
  /** 0 as long as that is not known. */
  readUpToNs = 0;
  /** What was read last. */
  #cpu: number | undefined;
  /** What was read since the last time that it is known to have asked. */
  readonly #cpus = new Set<number>();
  #newestNs = 0;
  /** The newest record before this round, and before the one before it. */
  #beforeRoundNs = 0;
  #beforeLastRoundNs = 0;

  /** Nothing of before is to be read. */
  attached(bootNs: number): void {
    this.readUpToNs = Math.max(this.readUpToNs, bootNs);
  }

  /** A record of this CPU has been read. */
  read(cpu: number, bootNs: number): void {
    if (cpu !== this.#cpu) {
      this.#cpu = cpu;
      if (this.#cpus.has(cpu)) this.#nextRound();
      this.#cpus.add(cpu);
    }
    this.#newestNs = Math.max(this.#newestNs, bootNs);
  }

  /** At this time bpftrace waited for something to read, and all that it printed by then has come. */
  waited(bootNs: number): void {
    this.readUpToNs = Math.max(this.readUpToNs, bootNs - MARGIN_NS);
  }

  /**
   * A buffer is read that was read in this round already, so in between bpftrace has asked; and once before, when this
   * round began. All that there was when it asked then has been read by now: what is older than anything that had been
   * read before the last round.
   */
  #nextRound(): void {
    this.waited(this.#beforeLastRoundNs);
    this.#beforeLastRoundNs = this.#beforeRoundNs;
    this.#beforeRoundNs = this.#newestNs;
    this.#cpus.clear();
  }
}

import { MARGIN_NS, ReadingRounds } from "./reading-rounds.ts";
import { Reorder } from "./reorder.ts";

/** How long a look at bpftrace, which was busy, is put off. */
const LOOK_AGAIN_US = 20_000;

/**
 * Fewer lines than a bpftrace that waits for room has put into its standard output, a socket of 208 KiB (wmem_default).
 * It had 171 of up to 120 bytes in it, or 103 of up to 600; the kernel wakes the writer when three quarters are free.
 */
const FULL_LINES = 30;

export type KernelOrderOptions<T> = {
  /** Whether bpftrace waits just now, for something to read or for room to print. */
  readonly isReaderWaiting: () => boolean;
  readonly nowBootUs: () => number;
  /** More has been read, in the order of kernel time: all up to `readUpToNs`. */
  readonly onRead: (records: readonly T[]) => void;
};

/**
 * The order of kernel time, for a bpftrace that has a buffer for each CPU and reads one after the other (0.17): a
 * record is given on when all that is older has been read, which its rounds tell, or a look at it while it waits.
 */
export class KernelOrder<T extends { readonly bootNs: number }> {
  readonly #options: KernelOrderOptions<T>;
  readonly #reorder = new Reorder<T>();
  readonly #rounds = new ReadingRounds();
  #newestNs = 0;
  #lookedUs = 0;
  #lines = 0;

  constructor(options: KernelOrderOptions<T>) {
    this.#options = options;
  }

  /** Kernel time up to which everything has been read; 0 as long as that is not known. */
  get readUpToNs(): number {
    return this.#rounds.readUpToNs;
  }

  /** Records that came after a later one had been given on. */
  get late(): number {
    return this.#reorder.late;
  }

  /** bpftrace has printed a line, whatever is in it. */
  printed(): void {
    this.#lines++;
  }

  /** Nothing of before is to be read. */
  attached(bootNs: number): void {
    this.#rounds.attached(bootNs);
  }

  /** A record of this time has been read; of which CPU, where that is known. */
  read(bootNs: number, cpu: number | undefined): void {
    this.#newestNs = Math.max(this.#newestNs, bootNs);
    if (cpu !== undefined) this.#rounds.read(cpu, bootNs);
  }

  /** Takes a record that is to be given on. */
  push(record: T): void {
    this.#reorder.push(record);
    if (this.#reorder.isFull) this.#giveOn();
  }

  /** When to look, kernel time in microseconds; what waits for `pendingUs` does so until all up to then has been read. */
  nextLookUs(pendingUs: number): number {
    const newestNs = this.#newestNs > this.readUpToNs ? this.#newestNs : Number.POSITIVE_INFINITY;
    const oldestUs = (this.#reorder.oldestNs ?? newestNs) / 1000;
    return Math.max(Math.min(oldestUs, pendingUs) + MARGIN_NS / 1000, this.#lookedUs + LOOK_AGAIN_US);
  }

  /**
   * Gives on what it can. Where bpftrace waits for something to read, and what it had printed has come, it has read
   * everything; it might as well wait for room to print, but then many lines come now.
   */
  look(): void {
    this.#giveOn();
    const atUs = this.#options.nowBootUs();
    const lines = this.#lines;
    this.#lookedUs = atUs;
    if (!this.#options.isReaderWaiting()) return;
    setImmediate(() => {
      if (this.#lines - lines >= FULL_LINES) return;
      this.#rounds.waited(atUs * 1000);
      this.#giveOn();
    });
  }

  /** bpftrace has ended: nothing more is to be read, and what is held waits for nothing any more. */
  ended(): void {
    this.#newestNs = this.readUpToNs;
    this.#options.onRead(this.#reorder.drain());
  }

  #giveOn(): void {
    this.#options.onRead(this.#reorder.upTo(this.readUpToNs));
  }
}

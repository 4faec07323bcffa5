/** What takes the lines, in bytes since the start. */
export type Reader = { readonly writtenBytes: number; readonly handedBytes: number };

type Moment = { readonly untilUs: number; readonly writtenBytes: number };

/**
 * Up to when everything that happened has been handed to the reader of the lines: what an unclean end leaves out is
 * later. Times are in microseconds.
 */
export class HandedOver {
  readonly #reader: Reader;
  /** A time up to which everything is a line, and how much must be handed over before it counts. */
  #next: Moment | undefined;
  /** Undefined as long as it is not known. */
  untilUs: number | undefined;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Now everything up to `writtenUs` has been written as a line, to whatever waits for the reader. To be called again and again. */
  look(writtenUs: number): void {
    const { writtenBytes, handedBytes } = this.#reader;
    this.#next ??= { untilUs: writtenUs, writtenBytes };
    if (handedBytes < this.#next.writtenBytes) return;
    this.untilUs = this.#next.untilUs;
    this.#next = undefined;
  }
}

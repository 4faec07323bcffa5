import { ApiFailure } from "./errors.ts";

const LINE_FEED = 0x0a;

/** Puts lines together from chunks that are cut anywhere, in the middle of a character too. */
export class Lines {
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The bytes of a line that has not come to its end. */
  get unfinishedBytes(): number {
    return this.#bytes;
  }

  /**
   * The lines that this chunk completes, each as soon as it is asked for.
   * @throws ApiFailure `malformed` for a line of more than `maxBytes`
   */
  *push(chunk: Buffer): Generator<string> {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      this.#keep(chunk.subarray(start, end));
      const line = Buffer.concat(this.#parts, this.#bytes).toString("utf8");
      this.#parts = [];
      this.#bytes = 0;
      start = end + 1;
      yield line;
    }
    this.#keep(chunk.subarray(start));
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    this.#parts.push(part);
    this.#bytes += part.length;
    if (this.#bytes <= this.#maxBytes) return;
    throw new ApiFailure("malformed", `the API server sent a line of more than ${this.#maxBytes} bytes`, {
      relist: true,
    });
  }
}

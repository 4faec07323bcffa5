/**
 * What is longer is cut, and will not parse. The longest that comes is @made, which takes some 400 bytes for each CPU: a
 * machine of 2,000 has room.
 */
const MAX_LENGTH = 1024 * 1024;

/** Cuts a stream of bytes into lines, given on as strings of bytes (latin1) without their line feed. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  readonly #maxLength: number;
  #rest = "";

  constructor(onLine: (line: string) => void, maxLength = MAX_LENGTH) {
    this.#onLine = onLine;
    this.#maxLength = maxLength;
  }

  push(chunk: Buffer): void {
    const lines = (this.#rest + chunk.toString("latin1")).split("\n");
    this.#rest = (lines.pop() as string).slice(0, this.#maxLength);
    for (const line of lines) this.#onLine(line.slice(0, this.#maxLength));
  }

  /** The stream ended: what stands behind the last line feed is a line as well, maybe half of one. */
  end(): void {
    if (this.#rest !== "") this.#onLine(this.#rest);
    this.#rest = "";
  }
}

/** No record of netlog's scripts comes near this; what is longer is cut, and will not parse. */
const MAX_LENGTH = 64 * 1024;

/** Cuts a stream of bytes into lines, given on as strings of bytes (latin1) without their line feed. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  #rest = "";

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    const lines = (this.#rest + chunk.toString("latin1")).split("\n");
    this.#rest = (lines.pop() as string).slice(0, MAX_LENGTH);
    for (const line of lines) this.#onLine(line.slice(0, MAX_LENGTH));
  }

  /** The stream ended: what stands behind the last line feed is a line as well, maybe half of one. */
  end(): void {
    if (this.#rest !== "") this.#onLine(this.#rest);
    this.#rest = "";
  }
}

import sonicBoom from "sonic-boom";

// Its types describe an ES module, which it is not: the default import is the module, with the class in it.
const { SonicBoom } = sonicBoom;

/** What waits for a slow reader: from here on there is no room, until half of it was read. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** Writes lines to a file descriptor without waiting for its reader, and keeps bounded what waits. */
export class LineSink {
  readonly #stream: sonicBoom.SonicBoom;
  #waitingBytes = 0;
  /** Since the start. */
  writtenBytes = 0;
  #isFull = false;
  /** The lines of this turn of the event loop: given to the stream at once, which costs half as much. */
  #batch = "";

  /** `onClosed` is called once when the reader is gone or writing fails otherwise. */
  constructor(fd: number, onClosed: (error: NodeJS.ErrnoException) => void) {
    this.#stream = new SonicBoom({ fd, sync: false });
    this.#stream.on("write", (bytes: number) => {
      this.#waitingBytes -= bytes;
    });
    this.#stream.once("error", (error: NodeJS.ErrnoException) => {
      this.#stream.on("error", () => {}); // whatever follows says the same
      onClosed(error);
    });
  }

  get hasRoom(): boolean {
    this.#isFull = this.#waitingBytes >= (this.#isFull ? MAX_WAITING_BYTES / 2 : MAX_WAITING_BYTES);
    return !this.#isFull;
  }

  /** What the reader has, or the pipe to it. */
  get handedBytes(): number {
    return this.writtenBytes - this.#waitingBytes;
  }

  write(line: string): void {
    const bytes = Buffer.byteLength(line);
    this.writtenBytes += bytes;
    this.#waitingBytes += bytes;
    if (this.#batch === "") setImmediate(() => this.#pass());
    this.#batch += line;
  }

  /** Resolves when all that was written has reached the descriptor, or cannot. */
  async flush(): Promise<void> {
    this.#pass();
    await new Promise<void>((resolve) => this.#stream.flush(() => resolve()));
  }

  #pass(): void {
    if (this.#batch === "") return;
    this.#stream.write(this.#batch);
    this.#batch = "";
  }
}

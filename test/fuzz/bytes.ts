/** Takes values out of the fuzzer's bytes, one after the other; behind the end there are zeros. */
export class Bytes {
  readonly #data: Buffer;
  #at = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  get left(): number {
    return Math.max(this.#data.length - this.#at, 0);
  }

  byte(): number {
    return this.#data[this.#at++] ?? 0;
  }

  /** A whole number of so many bytes, up to 6. */
  number(bytes: number): number {
    let value = 0;
    for (let index = 0; index < bytes; index++) value = value * 256 + this.byte();
    return value;
  }

  bool(): boolean {
    return (this.byte() & 1) === 1;
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.byte() % items.length] as T;
  }

  /** So many bytes at most, as their first byte says; as a string of bytes. */
  bytes(most: number): string {
    const length = Math.min(this.byte() % (most + 1), this.left);
    const text = this.#data.toString("latin1", this.#at, this.#at + length);
    this.#at += length;
    return text;
  }

  /** Any text: UTF-8 where the bytes are that, or UTF-16 with lone surrogates. */
  text(most: number): string {
    const isUtf16 = this.bool();
    const raw = Buffer.from(this.bytes(most), "latin1");
    return raw.toString(isUtf16 ? "utf16le" : "utf8");
  }
}

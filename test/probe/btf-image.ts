/** A type of a BTF image: its kind, its `vlen` and what follows its twelve bytes, in bytes. */
export type BtfType = {
  readonly kind: number;
  readonly name?: string;
  readonly parts?: number;
  readonly more?: number;
  /** Of an enumeration, in place of `parts` and `more`. */
  readonly enumerators?: Readonly<Record<string, number>>;
};

/** Builds what /sys/kernel/btf/vmlinux holds, as Documentation/bpf/btf.rst of the kernel describes it. */
export function btfImage(types: readonly BtfType[]): Buffer {
  let names = "\0";
  const nameAt = (name: string) => {
    if (name === "") return 0;
    names += `${name}\0`;
    return names.length - name.length - 1;
  };
  const body = types.map(({ kind, name = "", enumerators = {}, ...more }) => {
    const values = Object.entries(enumerators);
    const type = Buffer.alloc(12 + (more.more ?? 8 * values.length), 0xff);
    type.writeUInt32LE(nameAt(name), 0);
    type.writeUInt32LE(((kind << 24) | (more.parts ?? values.length)) >>> 0, 4);
    for (const [index, [called, value]] of values.entries()) {
      type.writeUInt32LE(nameAt(called), 12 + 8 * index);
      type.writeInt32LE(value, 16 + 8 * index);
    }
    return type;
  });
  const length = Buffer.concat(body).length;
  const header = Buffer.alloc(24);
  header.writeUInt16LE(0xeb9f, 0);
  header.writeUInt8(1, 2);
  for (const [at, value] of Object.entries({ 4: 24, 8: 0, 12: length, 16: length, 20: names.length })) {
    header.writeUInt32LE(value, Number(at));
  }
  return Buffer.concat([header, ...body, Buffer.from(names)]);
}

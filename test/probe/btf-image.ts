/** A type of a BTF image: its kind, its `vlen` and what follows its twelve bytes, in bytes. */
export type BtfType = {
  readonly kind: number;
  readonly name?: string;
  readonly parts?: number;
  readonly more?: number;
};

/** Builds what /sys/kernel/btf/vmlinux holds, as Documentation/bpf/btf.rst of the kernel describes it. */
export function btfImage(types: readonly BtfType[]): Buffer {
  let names = "\0";
  const body = types.map(({ kind, name = "", parts = 0, more = 0 }) => {
    const type = Buffer.alloc(12 + more, 0xff);
    type.writeUInt32LE(name === "" ? 0 : names.length, 0);
    type.writeUInt32LE(((kind << 24) | parts) >>> 0, 4);
    if (name !== "") names += `${name}\0`;
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

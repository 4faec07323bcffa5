const MAGIC = 0xeb9f;
const FUNCTION = 12;

/** Bytes that follow a type's twelve: so many, and so many for each of its `vlen` parts. By kind, 0 where none. */
const FIXED: Readonly<Record<number, number>> = { 1: 4, 3: 12, 14: 4, 17: 4 };
const PER_PART: Readonly<Record<number, number>> = { 4: 12, 5: 12, 6: 8, 13: 8, 15: 12, 19: 12 };
const LAST_KNOWN_KIND = 19;

/** Its own length; then, counted from its end, where the types begin, how long they are, where the names begin. */
type Header = [number, number, number, number];

/**
 * Which of these functions a kernel's description of its own types names: a BPF program can be attached to them
 * by type. Format: Documentation/bpf/btf.rst of the kernel; what a newer one adds ends the reading.
 */
export function findBtfFunctions(btf: Buffer, wanted: Iterable<string>): Set<string> {
  const found = new Set<string>();
  if (btf.length < 24 || btf.readUInt16LE(0) !== MAGIC) return found;
  const [header, types, length, names] = [4, 8, 12, 16].map((at) => btf.readUInt32LE(at)) as Header;
  // Each name stands there once, and begins behind the end of another.
  const called = new Map([...wanted].map((name) => [btf.indexOf(`\0${name}\0`, header + names) + 1, name]));
  const first = header + types;
  for (let at = first; at + 12 <= Math.min(first + length, btf.length); ) {
    const info = btf.readUInt32LE(at + 4);
    const kind = (info >>> 24) & 0x7f;
    const parts = info & 0xffffff;
    if (kind > LAST_KNOWN_KIND) break;
    const name = kind === FUNCTION && called.get(header + names + btf.readUInt32LE(at));
    if (name) found.add(name);
    at += 12 + (FIXED[kind] ?? 0) + (PER_PART[kind] ?? 0) * parts;
  }
  return found;
}

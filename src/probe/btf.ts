const MAGIC = 0xeb9f;
const FUNCTION = 12;
const ENUMERATION = 6;

/** Bytes that follow a type's twelve: so many, and so many for each of its `vlen` parts. By kind, 0 where none. */
const FIXED: Readonly<Record<number, number>> = { 1: 4, 3: 12, 14: 4, 17: 4 };
const PER_PART: Readonly<Record<number, number>> = { 4: 12, 5: 12, 6: 8, 13: 8, 15: 12, 19: 12 };
const LAST_KNOWN_KIND = 19;

/** Its own length; then, counted from its end, where the types begin, how long they are, where the names begin. */
type Header = [number, number, number, number];

/** One type of them. */
type BtfType = {
  readonly kind: number;
  readonly parts: number;
  /** Where it begins in the file; its own parts are twelve bytes behind. */
  readonly at: number;
  /** Where its name begins in the file. */
  readonly name: number;
};

/**
 * Which of these functions a kernel's description of its own types names: a BPF program can be attached to them
 * by type.
 */
export function findBtfFunctions(btf: Buffer, wanted: Iterable<string>): Set<string> {
  const names = namesStart(btf);
  // Each name stands there once, and begins behind the end of another.
  const called = new Map([...wanted].map((name) => [btf.indexOf(`\0${name}\0`, names) + 1, name]));
  const found = new Set<string>();
  for (const { kind, name } of types(btf)) {
    const function_ = kind === FUNCTION && called.get(name);
    if (function_) found.add(function_);
  }
  return found;
}

/** The names of an enumeration with their values; none where the kernel does not describe it. */
export function findBtfEnumerators(btf: Buffer, enumeration: string): Map<string, number> {
  const names = namesStart(btf);
  const called = btf.indexOf(`\0${enumeration}\0`, names) + 1;
  for (const { kind, parts, at, name } of types(btf)) {
    if (kind !== ENUMERATION || name !== called) continue;
    const each = Array.from({ length: parts }, (_, index) => at + 12 + 8 * index);
    return new Map(
      each.map((at) => [textAt(btf, names + btf.readUInt32LE(at)), btf.readInt32LE(at + 4)] as const),
    );
  }
  return new Map();
}

/** Format: Documentation/bpf/btf.rst of the kernel; what a newer one adds ends the reading. */
function* types(btf: Buffer): Generator<BtfType> {
  if (!isBtf(btf)) return;
  const [header, start, length] = headerOf(btf);
  const names = namesStart(btf);
  const first = header + start;
  for (let at = first; at + 12 <= Math.min(first + length, btf.length); ) {
    const info = btf.readUInt32LE(at + 4);
    const kind = (info >>> 24) & 0x7f;
    const parts = info & 0xffffff;
    if (kind > LAST_KNOWN_KIND) return;
    yield { kind, parts, at, name: names + btf.readUInt32LE(at) };
    at += 12 + (FIXED[kind] ?? 0) + (PER_PART[kind] ?? 0) * parts;
  }
}

function isBtf(btf: Buffer): boolean {
  return btf.length >= 24 && btf.readUInt16LE(0) === MAGIC;
}

function headerOf(btf: Buffer): Header {
  return [4, 8, 12, 16].map((at) => btf.readUInt32LE(at)) as Header;
}

/** Where the names begin in the file. */
function namesStart(btf: Buffer): number {
  if (!isBtf(btf)) return 0;
  const [header, , , names] = headerOf(btf);
  return header + names;
}

function textAt(btf: Buffer, at: number): string {
  return btf.toString("latin1", at, btf.indexOf(0, at));
}

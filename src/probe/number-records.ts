/**
 * Where a printf of a record begins: its type, the rest of its format. BPF programs do not move from CPU to CPU, and
 * none runs twice at once on one (the kernel skips it), so a counter of one printf on one CPU misses nothing.
 */
const RECORD = /printf\("((?:tcp|udp|cgroup)\.[a-z]+)( [^"]*)",/g;

const HEARTBEAT = /printf\("heartbeat [^;]*;/;

/** More printfs than any program has. */
export const KEYS_PER_CPU = 64;

/**
 * Has every record begin with a key, for the CPU and the printf, and its number under that key: 1, 2, 3, … A hole
 * is a record that was lost on its way; for those that no later one follows, each heartbeat tells all counts (which
 * takes a fiftieth of a percent of a CPU on a machine of two). `types` are the records' by the key's remainder by
 * KEYS_PER_CPU.
 */
export function numberRecords(program: string): { readonly program: string; readonly types: string[] } {
  const types: string[] = [];
  const numbered = program.replace(RECORD, (_, type: string, format: string) => {
    types.push(type);
    const count = `$made = cpu * ${KEYS_PER_CPU} + ${types.length - 1}; @made[$made]++;`;
    return `${count} printf("%d %llu ${type}${format}", $made, @made[$made],`;
  });
  if (types.length > KEYS_PER_CPU)
    throw new Error(`${types.length} printfs, and ${KEYS_PER_CPU} keys for them`);
  return { program: numbered.replace(HEARTBEAT, "$& print(@made);"), types };
}

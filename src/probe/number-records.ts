/**
 * Where a printf of a record begins: its type, the rest of its format. BPF programs do not move from CPU to CPU, and
 * none runs twice at once on one (the kernel skips it), so a counter of one printf on one CPU misses nothing.
 */
const RECORD = /printf\("((?:tcp|udp|cgroup)\.[a-z]+)( [^"]*)",/g;

const HEARTBEAT = /printf\("heartbeat [^;]*;/;

/**
 * To print a map, bpftrace makes a system call for each of its keys, and while one is under way the kernel skips all
 * kprobes of that CPU (bpf_prog_active). A kernel that preempts may put it off in the middle, so there the
 * counts are told less often.
 */
const TELL_WHERE_PREEMPTED = "\ninterval:s:10 { print(@made); }\n";

/** More printfs than any program has. */
export const KEYS_PER_CPU = 64;

/** The CPU on which a record with this key was made. */
export function cpuOf(key: number): number {
  return Math.floor(key / KEYS_PER_CPU);
}

/**
 * Has every record begin with a key, for the CPU and the printf, and its number under that key: 1, 2, 3, … A hole
 * is a record that was lost on its way; for those that no later one follows, each heartbeat tells all counts (which
 * takes a fiftieth of a percent of a CPU on a machine of two), or on a kernel that preempts every tenth. `types` are
 * the records' by the key's remainder by KEYS_PER_CPU.
 */
export function numberRecords(
  program: string,
  isPreempting: boolean,
): { readonly program: string; readonly types: string[] } {
  const types: string[] = [];
  const numbered = program.replace(RECORD, (_, type: string, format: string) => {
    types.push(type);
    const count = `$made = cpu * ${KEYS_PER_CPU} + ${types.length - 1}; @made[$made]++;`;
    return `${count} printf("%d %llu ${type}${format}", $made, @made[$made],`;
  });
  if (types.length > KEYS_PER_CPU)
    throw new Error(`${types.length} printfs, and ${KEYS_PER_CPU} keys for them`);
  const telling = isPreempting
    ? numbered + TELL_WHERE_PREEMPTED
    : numbered.replace(HEARTBEAT, "$& print(@made);");
  return { program: telling, types };
}

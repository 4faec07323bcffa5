import * as os from "node:os";
import { type KernelSource, readText, readTracefs } from "./kernel-files.ts";
import { REQUIREMENTS, readTracepoints } from "./requirements.ts";
import { readVersion, type Version } from "./version.ts";

/** What of this kernel decides which probes can be used. */
export type Kernel = {
  /** As uname -r says it. */
  readonly release: string;
  readonly version: Version;
  /** Names of functions that a kprobe can be set on; empty without CONFIG_KPROBES. */
  readonly functions: ReadonlySet<string>;
  /** Whether tracefs lists the functions that can be traced (CONFIG_FUNCTION_TRACER). */
  readonly listsFunctions: boolean;
  /** Whether it has MPTCP, and so describes its types (CONFIG_MPTCP). */
  readonly hasMptcp: boolean;
  /** Tracepoints as `category:name`. */
  readonly tracepoints: ReadonlySet<string>;
};

export function thisMachine(): KernelSource {
  return { proc: "/proc", sys: "/sys", release: os.release(), uid: process.getuid?.() ?? -1 };
}

/**
 * Looks at the kernel, and at what this process may do with it.
 * @throws the ProbeError of the first requirement that is not met
 */
export async function inspectKernel(source: KernelSource): Promise<Kernel> {
  for (const { check } of REQUIREMENTS) await check(source);
  const { proc, release } = source;
  return {
    release,
    version: readVersion(release) as Version,
    functions: await readFunctions(source),
    listsFunctions: (await readTracefs(source, "available_filter_functions")) !== undefined,
    hasMptcp: (await readText(`${proc}/sys/net/mptcp/enabled`)) !== undefined,
    tracepoints: new Set(await readTracepoints(source)),
  };
}

/** Every function in the kernel's symbol table, where it has kprobes at all. */
async function readFunctions(source: KernelSource): Promise<Set<string>> {
  const names = new Set<string>();
  if ((await readTracefs(source, "kprobe_events")) === undefined) return names;
  const symbols = (await readText(`${source.proc}/kallsyms`)) ?? "";
  for (const [, name] of symbols.matchAll(/^[0-9a-f]+ [tT] ([^\s]+)/gm)) names.add(name as string);
  return names;
}

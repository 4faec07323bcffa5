import * as os from "node:os";
import { type CgroupHierarchy, readCgroupHierarchy } from "./cgroup-hierarchy.ts";
import { type Fexit, findFexits, TRAMPOLINES } from "./fexit.ts";
import { type KernelSource, readText, readTracefs } from "./kernel-files.ts";
import { isPreempting } from "./preemption.ts";
import { isAdmin, REQUIREMENTS, readTracepoints } from "./requirements.ts";
import { readVersion, type Version } from "./version.ts";

/** What of this kernel decides which probes can be used. */
export type Kernel = {
  /** As uname -r says it. */
  readonly release: string;
  readonly version: Version;
  /** Those of the functions asked for that a kprobe can be set on; none without CONFIG_KPROBES. */
  readonly functions: ReadonlySet<string>;
  readonly fexit: Fexit;
  /** Whether it takes the CPU away from a task inside itself. */
  readonly isPreempting: boolean;
  /** Whether tracefs lists the functions that can be traced (CONFIG_FUNCTION_TRACER). */
  readonly listsFunctions: boolean;
  /** Whether it has MPTCP, and so describes its types (CONFIG_MPTCP). */
  readonly hasMptcp: boolean;
  /** Tracepoints as `category:name`. */
  readonly tracepoints: ReadonlySet<string>;
  readonly cgroups: CgroupHierarchy;
  /** Whether this process has CAP_SYS_ADMIN. */
  readonly isAdmin: boolean;
};

export function thisMachine(): KernelSource {
  return { proc: "/proc", sys: "/sys", release: os.release(), uid: process.getuid?.() ?? -1 };
}

/**
 * Looks at the kernel, and at what this process may do with it.
 * @param wanted functions that scripts have probes on; of others nothing is said
 * @throws the ProbeError of the first requirement that is not met
 */
export async function inspectKernel(source: KernelSource, wanted: readonly string[]): Promise<Kernel> {
  for (const { check } of REQUIREMENTS) await check(source);
  const { proc, release } = source;
  const version = readVersion(release) as Version;
  const symbols = await findSymbols(source, [...wanted, ...TRAMPOLINES]);
  const hasKprobes = (await readTracefs(source, "kprobe_events")) !== undefined;
  const traceable = await readTracefs(source, "available_filter_functions");
  return {
    release,
    version,
    functions: new Set(wanted.filter((name) => hasKprobes && symbols.has(name))),
    fexit: await findFexits(source, wanted, symbols, traceable),
    isPreempting: await isPreempting(source, version),
    listsFunctions: traceable !== undefined,
    hasMptcp: (await readText(`${proc}/sys/net/mptcp/enabled`)) !== undefined,
    tracepoints: new Set(await readTracepoints(source)),
    cgroups: await readCgroupHierarchy(source),
    isAdmin: await isAdmin(source),
  };
}

/** Those of these functions that stand in the kernel's symbol table. */
async function findSymbols({ proc }: KernelSource, names: readonly string[]): Promise<Set<string>> {
  const symbols = (await readText(`${proc}/kallsyms`)) ?? "";
  const pattern = new RegExp(`^[0-9a-f]+ [tT] (${names.join("|")})(?=\\s)`, "gm");
  return new Set([...symbols.matchAll(pattern)].map(([, name]) => name as string));
}

import { access, readFile } from "node:fs/promises";
import * as os from "node:os";
import {
  BtfMissingError,
  CapabilityError,
  KernelTooOldError,
  LockdownError,
  NotRootError,
  TracefsError,
} from "./errors.ts";
import { isAtLeast, readVersion, type Version } from "./version.ts";

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

/** Where the files are read and who asks; other than the real ones in tests only. */
export type KernelSource = {
  readonly proc: string;
  readonly sys: string;
  readonly release: string;
  readonly uid: number;
};

const OLDEST: Version = [5, 10];
const CAP_SYS_ADMIN = 21n;
const CAP_PERFMON = 38n;
const CAP_BPF = 39n;

export function thisMachine(): KernelSource {
  return { proc: "/proc", sys: "/sys", release: os.release(), uid: process.getuid?.() ?? -1 };
}

/**
 * Looks at the kernel, and at what this process may do with it.
 * @throws the ProbeError that says what is in the way
 */
export async function inspectKernel(source: KernelSource): Promise<Kernel> {
  const { proc, sys, release, uid } = source;
  const version = readVersion(release);
  if (version === undefined || !isAtLeast(version, OLDEST)) throw new KernelTooOldError(release);
  if (uid !== 0) throw new NotRootError();
  if (!mayLoadPrograms(await read(`${proc}/self/status`))) throw new CapabilityError();
  if ((await read(`${sys}/kernel/security/lockdown`))?.includes("[confidentiality]"))
    throw new LockdownError();
  const tracepoints = await readTracepoints(sys);
  await access(`${sys}/kernel/btf/vmlinux`).catch((cause) => {
    throw new BtfMissingError({ cause });
  });
  const functions = await readFunctions(proc, sys);
  const listsFunctions = (await readTracefs(sys, "available_filter_functions")) !== undefined;
  const hasMptcp = (await read(`${proc}/sys/net/mptcp/enabled`)) !== undefined;
  return { release, version, tracepoints, functions, listsFunctions, hasMptcp };
}

function mayLoadPrograms(status: string | undefined): boolean {
  const [, hex] = /^CapEff:\s*([0-9a-f]+)$/m.exec(status ?? "") ?? [];
  const has = (capability: bigint) => ((BigInt(`0x${hex ?? "0"}`) >> capability) & 1n) === 1n;
  return has(CAP_SYS_ADMIN) || (has(CAP_BPF) && has(CAP_PERFMON));
}

async function readTracepoints(sys: string): Promise<Set<string>> {
  const text = (await readTracefs(sys, "available_events")) ?? "";
  const names = text.split("\n").filter((name) => name !== "");
  if (names.length === 0) throw new TracefsError(await tracefsState(sys));
  return new Set(names);
}

/** The directory is there in every kernel with tracing; only its files come with the mount. */
async function tracefsState(sys: string): Promise<"missing" | "unreadable"> {
  return (await readTracefs(sys, "README")) === undefined ? "missing" : "unreadable";
}

/** Every function in the kernel's symbol table, where it has kprobes at all. */
async function readFunctions(proc: string, sys: string): Promise<Set<string>> {
  const names = new Set<string>();
  if ((await readTracefs(sys, "kprobe_events")) === undefined) return names;
  const symbols = (await read(`${proc}/kallsyms`)) ?? "";
  for (const [, name] of symbols.matchAll(/^[0-9a-f]+ [tT] ([^\s]+)/gm)) names.add(name as string);
  return names;
}

/** Kernels before 4.1, and some distributions still, have tracefs below debugfs only. */
async function readTracefs(sys: string, file: string): Promise<string | undefined> {
  return (await read(`${sys}/kernel/tracing/${file}`)) ?? (await read(`${sys}/kernel/debug/tracing/${file}`));
}

async function read(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

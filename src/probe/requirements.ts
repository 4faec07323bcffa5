import { access } from "node:fs/promises";
import {
  BtfMissingError,
  CapabilityError,
  KernelTooOldError,
  LockdownError,
  NotRootError,
  TracefsError,
} from "./errors.ts";
import { type KernelSource, readText, readTracefs } from "./kernel-files.ts";
import { isAtLeast, readVersion, type Version } from "./version.ts";

/** Something without which no probe can be attached. `check` says what it found, or throws the ProbeError with the fix. */
export type Requirement = {
  readonly name: string;
  readonly check: (source: KernelSource) => Promise<string>;
};

/** In the order in which they are worth mending. */
export const REQUIREMENTS: readonly Requirement[] = [
  { name: "kernel", check: checkRelease },
  { name: "root", check: checkUser },
  { name: "capabilities", check: checkCapabilities },
  { name: "perf_event_paranoid", check: checkPerfEventParanoid },
  { name: "lockdown", check: checkLockdown },
  { name: "tracefs", check: checkTracefs },
  { name: "BTF", check: checkBtf },
];

const OLDEST: Version = [5, 10];
const CAPABILITIES = { CAP_SYS_ADMIN: 21n, CAP_PERFMON: 38n, CAP_BPF: 39n } as const;

async function checkRelease({ release }: KernelSource): Promise<string> {
  const version = readVersion(release);
  if (version === undefined || !isAtLeast(version, OLDEST)) throw new KernelTooOldError(release);
  return release;
}

async function checkUser({ uid }: KernelSource): Promise<string> {
  if (uid !== 0) throw new NotRootError();
  return "uid 0";
}

async function checkCapabilities(source: KernelSource): Promise<string> {
  const has = await capabilities(source);
  if (!has.includes("CAP_SYS_ADMIN") && has.length < 2) throw new CapabilityError();
  return has.join(", ");
}

/**
 * Never an obstacle by itself: above 2 it is one on Debian's and Ubuntu's kernels, where a patch makes
 * perf_event_open() want CAP_SYS_ADMIN and not CAP_PERFMON; on others (Talos sets 3) it is not.
 */
async function checkPerfEventParanoid(source: KernelSource): Promise<string> {
  const level = (await readText(`${source.proc}/sys/kernel/perf_event_paranoid`))?.trim() ?? "not there";
  return Number(level) > 2 && !(await isAdmin(source))
    ? `${level}; Debian's and Ubuntu's kernels then want CAP_SYS_ADMIN`
    : level;
}

async function checkLockdown({ sys }: KernelSource): Promise<string> {
  const modes = await readText(`${sys}/kernel/security/lockdown`);
  const mode = /\[(\w+)\]/.exec(modes ?? "")?.[1] ?? "none";
  if (mode === "confidentiality") throw new LockdownError();
  return mode;
}

/** The directory is there in every kernel with tracing; only its files come with the mount. */
async function checkTracefs(source: KernelSource): Promise<string> {
  const count = (await readTracepoints(source)).length;
  if (count > 0) return `${count} tracepoints`;
  const isMounted = (await readTracefs(source, "README")) !== undefined;
  throw new TracefsError(isMounted ? "unreadable" : "missing");
}

async function checkBtf({ sys }: KernelSource): Promise<string> {
  const path = `${sys}/kernel/btf/vmlinux`;
  await access(path).catch((cause) => {
    throw new BtfMissingError({ cause });
  });
  return path;
}

/** Names of tracepoints, as `category:name`. */
export async function readTracepoints(source: KernelSource): Promise<string[]> {
  const text = (await readTracefs(source, "available_events")) ?? "";
  return text.split("\n").filter((name) => name !== "");
}

export async function isAdmin(source: KernelSource): Promise<boolean> {
  return (await capabilities(source)).includes("CAP_SYS_ADMIN");
}

async function capabilities({ proc }: KernelSource): Promise<string[]> {
  const status = (await readText(`${proc}/self/status`)) ?? "";
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
  return Object.entries(CAPABILITIES)
    .filter(([, bit]) => ((effective >> bit) & 1n) === 1n)
    .map(([name]) => name);
}

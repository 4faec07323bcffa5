import type { Sight } from "./catalog.ts";

/** The probes cannot run on this machine as it is. The message says what is wrong and what to do about it. */
export abstract class ProbeError extends Error {
  abstract override readonly name: string;
}

export class NotRootError extends ProbeError {
  override readonly name = "NotRootError";
  constructor() {
    super("netlog must run as root: the kernel lets nobody else attach probes. Try: sudo npm start");
  }
}

export class CapabilityError extends ProbeError {
  override readonly name = "CapabilityError";
  constructor() {
    super(
      "this process is root without the right to load BPF programs: give it CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN (in a container: privileged, or cap_add)",
    );
  }
}

export class BpftraceMissingError extends ProbeError {
  override readonly name = "BpftraceMissingError";
  constructor(path: string, options?: ErrorOptions) {
    super(
      `there is no bpftrace at "${path}": install it (apt-get install bpftrace, dnf install bpftrace), or set bpftrace.path in the configuration`,
      options,
    );
  }
}

/** It is there, and does not run. `said` is the last of its own words, or how it ended. */
export class BpftraceBrokenError extends ProbeError {
  override readonly name = "BpftraceBrokenError";
  constructor(path: string, said: string, options?: ErrorOptions) {
    super(
      `"${path} --version" does not work: ${said}; try it by hand, or set bpftrace.path in the configuration`,
      options,
    );
  }
}

export class BpftraceTooOldError extends ProbeError {
  override readonly name = "BpftraceTooOldError";
  constructor(version: string, oldest: string) {
    super(
      `bpftrace says that it is "${version}"; netlog needs ${oldest} or later: install a newer one and set bpftrace.path in the configuration if it is not first on the PATH`,
    );
  }
}

export class KernelTooOldError extends ProbeError {
  override readonly name = "KernelTooOldError";
  constructor(release: string) {
    super(
      `this kernel is ${release}; netlog needs 5.10 or later: boot a newer one (Debian 11, Ubuntu 22.04, RHEL 9 and later have it)`,
    );
  }
}

export class LockdownError extends ProbeError {
  override readonly name = "LockdownError";
  constructor() {
    super(
      'kernel lockdown is at "confidentiality", where no BPF program may read kernel memory: boot with lockdown=integrity, or without secure boot\'s confidentiality policy',
    );
  }
}

/** Neither place of tracefs holds its files. Not for a tracefs without the tracepoints that are wanted. */
export class TracefsError extends ProbeError {
  override readonly name = "TracefsError";
  constructor(state: "missing" | "unreadable") {
    super(
      state === "missing"
        ? "tracefs is not mounted: mount -t tracefs nodev /sys/kernel/tracing (in a container: mount the host's /sys/kernel/tracing)"
        : "tracefs is mounted at /sys/kernel/tracing, but its available_events cannot be read or is empty: mount the host's tracefs there, readable for root",
    );
  }
}

export class BtfMissingError extends ProbeError {
  override readonly name = "BtfMissingError";
  constructor(options?: ErrorOptions) {
    super(
      "this kernel does not describe its own types: /sys/kernel/btf/vmlinux is missing (CONFIG_DEBUG_INFO_BTF; in a container: mount the host's /sys)",
      options,
    );
  }
}

/** No variant of a probe that is needed fits this kernel and bpftrace. */
export class NoProbeError extends ProbeError {
  override readonly name = "NoProbeError";
  constructor(sight: Sight, reasons: readonly string[]) {
    const fix =
      sight === "cgroups" ? "Run netlog" : "Leave it out of the configuration's events, or run netlog";
    super(
      `${sight} cannot be seen on this machine: ${reasons.join("; ")}. ${fix} where one of these is mended`,
    );
  }
}

/** bpftrace ended before its program was attached. `stderr` is the end of what it printed there. */
export class AttachError extends ProbeError {
  override readonly name = "AttachError";
  constructor(how: string, stderr: string) {
    const said = lastWords(stderr);
    super(
      `bpftrace ${how} before its probes were attached; it said: ${said === "" ? "nothing" : said}${hint(said)}`,
    );
  }
}

/** bpftrace ended again and again after it had attached its probes once. */
export class CrashLoopError extends ProbeError {
  override readonly name = "CrashLoopError";
  constructor(times: number, how: string, stderr: string) {
    super(
      `bpftrace ended ${times} times in a row, the last time it ${how}; it said: ${lastWords(stderr) || "nothing"}. netlog ends, so that whoever started it can see that`,
    );
  }
}

function lastWords(stderr: string): string {
  // Said whenever the limit cannot be raised, and harmless: newer kernels do not account for it.
  const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !line.includes("RLIMIT_MEMLOCK"));
  return lines.slice(-8).join("\n");
}

/** What bpftrace says where perf_event_open() is denied: it then tries the old way, by a file of tracefs. */
const DENIED =
  /kprobe_events\): Read-only file system|perf_event_open.*(?:EACCES|Permission denied)|Permission denied.*perf_event_open/;

function hint(said: string): string {
  return DENIED.test(said)
    ? "\nThis is how a kernel answers that wants CAP_SYS_ADMIN for probes, as Debian's and Ubuntu's do where kernel.perf_event_paranoid is above 2: give CAP_SYS_ADMIN, or set it to 2"
    : "";
}

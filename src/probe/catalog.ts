import type { EventKind } from "../event.ts";
import type { Version } from "./version.ts";

/** One way to see a thing: a script below probes/, or two that share the work; or none, where it may go unseen. */
export type ProbeVariant = {
  readonly scripts: readonly string[];
  /** The oldest bpftrace that takes it, where not all do. */
  readonly bpftrace?: Version;
  /** Whether a kernel that preempts skips it too often. */
  readonly notIfPreempted?: true;
  /** A bpftrace that has an equal below in the list. */
  readonly notBy?: Version;
  /** The kernel from which on there is no need for it. */
  readonly notFrom?: Version;
};

/** Something to be seen, by the first of its variants that fits the machine. */
export type Probe = { readonly subject: string; readonly variants: readonly ProbeVariant[] };

const inBothSets = (subject: string): Probe => ({
  subject,
  variants: [{ scripts: [`kprobe/${subject}`] }, { scripts: [`tracepoint/${subject}`] }],
});

/**
 * In the kprobe set a function's return is seen by a BPF trampoline, else by a return probe: of these there is a
 * limited number for each function. (On a kernel that preempts, trampolines lose more than that.)
 */
const atReturn = (subject: string, ...beside: readonly string[]): readonly ProbeVariant[] => [
  { scripts: [...beside, `kprobe/${subject}.fexit`], notIfPreempted: true },
  { scripts: [...beside, `kprobe/${subject}.kretprobe`] },
  { scripts: [...beside, `kprobe/${subject}.fexit`] },
];

const TCP_CONNECT: Probe = {
  subject: "tcp-connect",
  variants: [...atReturn("tcp-failure", "kprobe/tcp-connect"), { scripts: ["tracepoint/tcp-connect"] }],
};

const udpAtReturn = (subject: string): Probe => ({
  subject,
  variants: [...atReturn(subject), { scripts: [`tracepoint/${subject}`] }],
});

/**
 * Outcomes come in softirq, where a kprobe is skipped if it interrupts another one; a raw tracepoint is not, but on a kernel
 * that preempts it is put off in the middle, and skipped until it goes on.
 */
const TCP_OUTCOME: Probe = {
  subject: "tcp-outcome",
  variants: [
    { scripts: ["kprobe/tcp-outcome.rawtracepoint"], bpftrace: [0, 23], notIfPreempted: true },
    { scripts: ["kprobe/tcp-outcome.kprobe"] },
    { scripts: ["kprobe/tcp-outcome.rawtracepoint"], bpftrace: [0, 23] },
    { scripts: ["tracepoint/tcp-outcome"] },
  ],
};

/** The rare failure that its process has taken away before the outcome comes. */
const TCP_ERROR: Probe = {
  subject: "tcp-error",
  variants: [
    { scripts: ["kprobe/tcp-error.report"], notFrom: [6, 11] },
    { scripts: ["kprobe/tcp-error.done"] },
    { scripts: [] },
  ],
};

/** An ICMP error, which its process can take away, and end the attempt, before the kernel does. */
const TCP_ICMP_ERROR: Probe = {
  subject: "tcp-icmp-error",
  variants: [{ scripts: ["kprobe/tcp-icmp-error"] }, { scripts: [] }],
};

const CGROUPS: Probe = {
  subject: "cgroups",
  variants: [
    // 0.23 loses the beginning of a tracepoint's path: what it reads wrong is looked up in the file system.
    { scripts: ["tracepoint/cgroups"], notBy: [0, 23] },
    { scripts: ["kprobe/cgroups.rawtracepoint"], bpftrace: [0, 23] },
    { scripts: ["tracepoint/cgroups"] },
  ],
};

/** What netlog wants to see: kinds of events, and whose control group is whose. */
export type Sight = EventKind | "cgroups";

/** What each of them needs. A new probe is its scripts and a line here. */
export const PROBES: Readonly<Record<Sight, readonly Probe[]>> = {
  "tcp.connect": [TCP_CONNECT, TCP_OUTCOME, TCP_ICMP_ERROR, TCP_ERROR],
  "tcp.accept": [inBothSets("tcp-accept")],
  "tcp.close": [inBothSets("tcp-close")],
  "udp.bind": [udpAtReturn("udp-bind")],
  "udp.connect": [udpAtReturn("udp-connect")],
  "udp.close": [inBothSets("udp-close")],
  cgroups: [CGROUPS],
};

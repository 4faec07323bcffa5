import type { EventKind } from "../event.ts";
import type { Version } from "./version.ts";

/** One way to see a thing: a script below probes/, or two that share the work. */
export type ProbeVariant = {
  readonly scripts: readonly string[];
  /** The oldest bpftrace that takes it, where not all do. */
  readonly bpftrace?: Version;
  /** A bpftrace that has an equal below in the list. */
  readonly notBy?: Version;
};

/** Something to be seen, by the first of its variants that fits the machine. */
export type Probe = { readonly subject: string; readonly variants: readonly ProbeVariant[] };

const inBothSets = (subject: string): Probe => ({
  subject,
  variants: [{ scripts: [`kprobe/${subject}`] }, { scripts: [`tracepoint/${subject}`] }],
});

/** In the kprobe set a function's return is seen by a BPF trampoline, where there are such, else by a return probe. */
const atReturn = (subject: string): Probe => ({
  subject,
  variants: [
    { scripts: [`kprobe/${subject}.fexit`] },
    { scripts: [`kprobe/${subject}.kretprobe`] },
    { scripts: [`tracepoint/${subject}`] },
  ],
});

const TCP_CONNECT: Probe = {
  subject: "tcp-connect",
  variants: [
    { scripts: ["kprobe/tcp-connect", "kprobe/tcp-failure.fexit"] },
    { scripts: ["kprobe/tcp-connect", "kprobe/tcp-failure.kretprobe"] },
    { scripts: ["tracepoint/tcp-connect"] },
  ],
};

const TCP_OUTCOME: Probe = {
  subject: "tcp-outcome",
  variants: [
    { scripts: ["kprobe/tcp-outcome.rawtracepoint"], bpftrace: [0, 23] },
    { scripts: ["kprobe/tcp-outcome.kprobe"] },
    { scripts: ["tracepoint/tcp-outcome"] },
  ],
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
  "tcp.connect": [TCP_CONNECT, TCP_OUTCOME],
  "tcp.accept": [inBothSets("tcp-accept")],
  "tcp.close": [inBothSets("tcp-close")],
  "udp.bind": [atReturn("udp-bind")],
  "udp.connect": [atReturn("udp-connect")],
  "udp.close": [inBothSets("udp-close")],
  cgroups: [CGROUPS],
};

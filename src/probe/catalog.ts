import type { EventKind } from "../event.ts";
import type { Version } from "./version.ts";

/** One way to see a thing: a script below probes/, and the oldest bpftrace that takes it, where not all do. */
export type ProbeVariant = { readonly script: string; readonly bpftrace?: Version };

/** Something to be seen, by the first of its variants that fits the machine. */
export type Probe = { readonly subject: string; readonly variants: readonly ProbeVariant[] };

const inBothSets = (subject: string): Probe => ({
  subject,
  variants: [{ script: `kprobe/${subject}` }, { script: `tracepoint/${subject}` }],
});

const TCP_OUTCOME: Probe = {
  subject: "tcp-outcome",
  variants: [
    { script: "kprobe/tcp-outcome.rawtracepoint", bpftrace: [0, 23] },
    { script: "kprobe/tcp-outcome.kprobe" },
    { script: "tracepoint/tcp-outcome" },
  ],
};

/** What each kind of event needs. A new probe is its scripts and a line here. */
export const PROBES: Readonly<Record<EventKind, readonly Probe[]>> = {
  "tcp.connect": [inBothSets("tcp-connect"), TCP_OUTCOME],
  "tcp.accept": [inBothSets("tcp-accept")],
  "tcp.close": [inBothSets("tcp-close")],
  "udp.bind": [inBothSets("udp-bind")],
  "udp.connect": [inBothSets("udp-connect")],
  "udp.close": [inBothSets("udp-close")],
};

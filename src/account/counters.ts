import type { EventKind } from "../event.ts";

/** Why there can be a `#gap`. */
export const GAP_REASONS = [
  "start",
  "restart",
  "bpftrace-ended",
  "silent-probe",
  "slow-reader",
  "behind-at-stop",
] as const;
export type GapReason = (typeof GAP_REASONS)[number];

/** What happened since netlog started. Each is a count that only goes up. */
export type Counters = {
  /** Records of the probes that were read, heartbeats apart. */
  records: number;
  /** Records that came, which their number shows, and that netlog cannot read. */
  unparsable: number;
  /** What bpftrace printed beside records, for a person to read. */
  messages: number;
  /** Events that a probe lost because its map in the kernel was full; bpftrace tells it from 0.23 on. */
  lostMapFull: number;
  /** Events that a probe lost because a helper of the kernel's failed; bpftrace tells it from 0.23 on. */
  lostHelperError: number;
  /** Records that came too late to be put in order. */
  late: number;
  /** Events by kind, written or not. */
  readonly events: Map<EventKind, number>;
  /** Events that a rule took the line from, by its name. */
  readonly filtered: Map<string, number>;
  /** Events of the self-test's own sockets: they are no events of the machine, and have no line. */
  selfTest: number;
  /** Events that became a line. */
  lines: number;
  /** Lines of a pod's sockets that do not say which pod or which labels its namespace has (`k8s=unresolved`). */
  unresolved: number;
  /** Lines that have not all the labels that they should (`truncated=N`). */
  truncated: number;
  /** The stream's own records that were written, which are lines too, and have numbers like them. */
  streamRecords: number;
  /** `#gap` records, by their reason. */
  readonly gaps: Map<GapReason, number>;
  /** Events without a line, because the reader of standard output is too slow. */
  droppedQueueFull: number;
  /** Events without a line, because their pod had more than `limits` allows it. */
  droppedLimited: number;
  /** How often the configuration file was changed and taken up. */
  configReloads: number;
  /** How often it was changed and kept out, because of a mistake in it. */
  configRejected: number;
  /** How often bpftrace ended by itself. */
  restarts: number;
};

/** One more of this. */
export function countIn<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** The kinds that are on are there from the start, and so are the reasons: 0 says more than nothing. */
export function newCounters(kinds: readonly EventKind[] = []): Counters {
  return {
    records: 0,
    unparsable: 0,
    messages: 0,
    lostMapFull: 0,
    lostHelperError: 0,
    late: 0,
    events: new Map(kinds.map((kind) => [kind, 0])),
    filtered: new Map(),
    selfTest: 0,
    lines: 0,
    unresolved: 0,
    truncated: 0,
    streamRecords: 0,
    gaps: new Map(GAP_REASONS.map((reason) => [reason, 0])),
    droppedQueueFull: 0,
    droppedLimited: 0,
    configReloads: 0,
    configRejected: 0,
    restarts: 0,
  };
}

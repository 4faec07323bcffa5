import type { EventKind } from "../event.ts";

/** What happened since netlog started. Each is a count that only goes up. */
export type Counters = {
  /** Records of the probes that were read, heartbeats apart. */
  records: number;
  /** Output of bpftrace that is no record and no message of its own. */
  unparsable: number;
  /** Records that bpftrace says it lost, its buffer being full. */
  lost: number;
  /** Records that came too late to be put in order. */
  late: number;
  /** Events by kind, written or not. */
  readonly events: Map<EventKind, number>;
  /** Lines written, the stream's own records among them. */
  lines: number;
  /** Events without a line, because the reader of standard output is too slow. */
  droppedQueueFull: number;
  /** How often bpftrace was started again. */
  restarts: number;
};

export function newCounters(): Counters {
  return {
    records: 0,
    unparsable: 0,
    lost: 0,
    late: 0,
    events: new Map(),
    lines: 0,
    droppedQueueFull: 0,
    restarts: 0,
  };
}

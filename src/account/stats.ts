import type { Counters } from "./counters.ts";

/** What the table of sockets counts (socket/life.ts). */
export type SocketCounts = {
  readonly ignored: Readonly<Record<string, number>>;
  readonly missedEnds: number;
  readonly evictions: number;
  readonly openSockets: number;
};

/** The fields of a `#stats` record, in the order of an event's way; all but `open_sockets` are cumulative. */
export function statsFields(counters: Counters, sockets: SocketCounts): Record<string, number> {
  const fields: Record<string, number> = { records: counters.records };
  for (const [reason, count] of Object.entries(sockets.ignored)) fields[`ignored.${reason}`] = count;
  fields["unparsable"] = counters.unparsable;
  for (const [kind, count] of counters.events) fields[`events.${kind}`] = count;
  return {
    ...fields,
    lines: counters.lines,
    "dropped.queue-full": counters.droppedQueueFull,
    "lost.kernel-buffer": counters.lost,
    late: counters.late,
    missed_ends: sockets.missedEnds,
    evicted_sockets: sockets.evictions,
    restarts: counters.restarts,
    open_sockets: sockets.openSockets,
  };
}

import type { Counters } from "./counters.ts";
import type { MadeRecords } from "./made-records.ts";

/** What the table of sockets counts (socket/life.ts). */
export type SocketCounts = {
  readonly joined: number;
  readonly ignored: Readonly<Record<string, number>>;
  readonly missedEnds: number;
  readonly evictions: number;
  readonly openSockets: number;
};

/** What others count, as fields; one of the names below takes the place of what stands there. */
export type MoreFields = Readonly<Record<string, number | string>>;

/**
 * The fields of a `#stats` record, in the order of an event's way; all but `open_sockets` and `cgroups` are cumulative.
 * These sums hold: made = received + missing, for each type of record; what is missing of all types is in
 * `lost.kernel-buffer`; received of the types that tell of sockets = records + unparsable; records = joined + ignored
 * (by reason), but for those held back for their order with bpftrace 0.17; events (by kind) = lines +
 * filtered (by rule) + dropped (by cause).
 */
export function statsFields(
  counters: Counters,
  made: MadeRecords,
  sockets: SocketCounts,
  more: MoreFields,
): Record<string, number | string> {
  const fields: Record<string, number | string> = {};
  for (const [type, counts] of made.byType()) {
    fields[`made.${type}`] = counts.made;
    fields[`received.${type}`] = counts.received;
    fields[`missing.${type}`] = counts.made - counts.received;
  }
  fields["lost.kernel-buffer"] = made.lost;
  fields["lost.map-full"] = counters.lostMapFull;
  fields["lost.helper-error"] = counters.lostHelperError;
  fields["records"] = counters.records;
  fields["joined"] = sockets.joined;
  for (const [reason, count] of Object.entries(sockets.ignored)) fields[`ignored.${reason}`] = count;
  fields["unparsable"] = counters.unparsable;
  fields["messages"] = counters.messages;
  fields["self_test"] = counters.selfTest;
  for (const [kind, count] of counters.events) fields[`events.${kind}`] = count;
  for (const [rule, count] of counters.filtered) fields[`filtered.${rule}`] = count;
  return {
    ...fields,
    lines: counters.lines,
    unresolved: counters.unresolved,
    truncated: counters.truncated,
    stream_records: counters.streamRecords,
    "dropped.queue-full": counters.droppedQueueFull,
    "dropped.limited": counters.droppedLimited,
    late: counters.late,
    missed_ends: sockets.missedEnds,
    evicted_sockets: sockets.evictions,
    restarts: counters.restarts,
    open_sockets: sockets.openSockets,
    ...more,
    "config.reloads": counters.configReloads,
    "config.rejected": counters.configRejected,
  };
}

import type { Line } from "../scenario/read-line.ts";
import type { Rules } from "./judge.ts";
import { lastStats } from "./losses.ts";
import type { MadeEvent } from "./traffic.ts";

/** The records without which an event of this kind has no line: an attempt needs its outcome too. */
const RECORDS: Readonly<Record<string, readonly string[]>> = {
  "tcp.connect": ["tcp.attempt", "tcp.outcome", "tcp.failure"],
  "tcp.accept": ["tcp.accept"],
  "tcp.close": ["tcp.end"],
  "udp.bind": ["udp.bind"],
  "udp.close": ["udp.end"],
};

/**
 * How many of these events the counters explain, by counter. A record that the kernel's buffer lost explains one event
 * of its own kind; a rule explains what it took the line from, of its kind. Nothing else explains anything: what cannot
 * be parsed was no record, an evicted socket's lines say so, and what was dropped for want of room lies in a gap.
 */
export function excuseAll(
  events: readonly MadeEvent[],
  runs: readonly (readonly Line[])[],
  rules: Rules,
): Record<string, number> {
  const stats = runs.map(lastStats);
  const sum = (key: string) => stats.reduce((total, fields) => total + Number(fields[key] ?? 0), 0);
  const excused: Record<string, number> = {};
  let lostRecords = sum("lost.kernel-buffer");
  for (const kind of new Set(events.map((event) => event.kind))) {
    let left = events.filter((event) => event.kind === kind).length;
    const excuse = (name: string, atMost: number) => {
      const count = Math.min(left, atMost);
      left -= count;
      if (count > 0) excused[name] = (excused[name] ?? 0) + count;
      return count;
    };
    for (const [rule, ofKind] of Object.entries(rules))
      if (ofKind === kind) excuse(`filtered.${rule}`, sum(`filtered.${rule}`));
    const lost = (RECORDS[kind] ?? []).map((type) => sum(`made.${type}`) - sum(`received.${type}`));
    const most = lost.reduce((total, count) => total + count, 0);
    lostRecords -= excuse("lost.kernel-buffer", Math.min(most, lostRecords));
  }
  return excused;
}

import type { EventLine } from "../scenario/read-line.ts";

/** One event that the program made. An address that it could not know for certain is absent. */
export type Made = {
  readonly event: string;
  readonly pid: number;
  readonly local?: string;
  readonly peer?: string;
  readonly error?: string;
};

/** What became of the events of one sort; `made` is the sum of the four that follow it. */
export type Tally = {
  /** The kind of event, with the error where it has one. */
  readonly sort: string;
  readonly made: number;
  /** There is the line, as it should be. */
  readonly seen: number;
  /** There is a line, and it says that it was inferred, or that its result is unknown. */
  readonly inferred: number;
  /** There is no line, but the socket's close says `opener=unknown`. */
  readonly closeOnly: number;
  readonly missing: number;
};

export type Tallies = {
  readonly tallies: readonly Tally[];
  /** Lines of the program's processes that it made nothing for. */
  readonly extra: readonly EventLine[];
  readonly missing: readonly Made[];
};

const INFERRED = ["inferred", "unknown"];

/** Holds the lines of the processes in `made` against what they made, each line used once. */
export function tally(made: readonly Made[], lines: readonly EventLine[]): Tallies {
  const pids = new Set(made.map(({ pid }) => pid));
  const left = new Map<string, EventLine[]>();
  const closedBlind = new Set<string>();
  for (const line of lines) {
    if (!pids.has(line.pid) || line.fields["result"] === "pending") continue;
    const key = keyOf(line);
    const group = left.get(key);
    if (group === undefined) left.set(key, [line]);
    else group.push(line);
    if (line.fields["opener"] === "unknown") closedBlind.add(socketOf(line));
  }

  const sorts = new Map<string, { -readonly [key in keyof Tally]: Tally[key] }>();
  const count = ({ event, error }: Made, what: "seen" | "inferred" | "closeOnly" | "missing") => {
    const sort = error === undefined ? event : `${event} ${error}`;
    const tally = sorts.get(sort) ?? { sort, made: 0, seen: 0, inferred: 0, closeOnly: 0, missing: 0 };
    sorts.set(sort, tally);
    tally.made++;
    tally[what]++;
  };
  const take = (one: Made, fits: (line: EventLine) => boolean) => {
    const group = left.get(keyOf(one)) ?? [];
    const index = group.findIndex((line) => (one.local ?? line.local) === line.local && fits(line));
    if (index >= 0) group.splice(index, 1);
    return index >= 0;
  };

  // Exact lines first: an inferred one must not be used up by an event that has its own.
  const rest = made.filter((one) => {
    const seen = take(one, ({ fields }) => fields["error"] === one.error && fields["result"] === undefined);
    if (seen) count(one, "seen");
    return !seen;
  });
  const missing = rest.filter((one) => {
    const inferred = take(one, ({ fields }) => INFERRED.includes(fields["result"] ?? ""));
    const closeOnly = !inferred && one.local !== undefined && closedBlind.has(socketOf(one));
    count(one, inferred ? "inferred" : closeOnly ? "closeOnly" : "missing");
    return !inferred && !closeOnly;
  });
  return { tallies: [...sorts.values()], extra: [...left.values()].flat(), missing };
}

/** A UDP socket's bind and close are told by its own address. */
function keyOf({ event, pid, local, peer }: Made | EventLine): string {
  return event.startsWith("udp") ? `${event} ${pid} ${local}` : `${event} ${pid} ${peer}`;
}

function socketOf({ event, pid, local, peer }: Made | EventLine): string {
  return event.startsWith("udp") ? `udp ${pid} ${local}` : `tcp ${pid} ${local} ${peer}`;
}

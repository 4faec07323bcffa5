import type { EventLine } from "../scenario/read-line.ts";

/** A process that opened one socket, as it says itself, and its container, as its runtime says. */
export type Brief = {
  readonly name: string;
  readonly event: string;
  readonly livedUs: number;
  readonly container: string;
};

/** What became of some processes' sockets. */
export type Verdict = {
  readonly expected: number;
  /** There is the one line, with the right container. */
  readonly seen: number;
  readonly missing: readonly Brief[];
  /** Lines with another container than the process's, or none. */
  readonly wrong: readonly EventLine[];
  /** Lines with one of the containers that none of these processes accounts for. */
  readonly extra: readonly EventLine[];
};

/** Holds the lines against the processes, whose names are all different. Each line is used once. */
export function judge(made: readonly Brief[], lines: readonly EventLine[]): Verdict {
  const byName = Map.groupBy(lines, ({ comm }) => comm.toString("latin1"));
  const used = new Set<EventLine>();
  const missing: Brief[] = [];
  const wrong: EventLine[] = [];
  for (const one of made) {
    const line = byName.get(one.name)?.find(({ event }) => event === one.event);
    if (line === undefined) missing.push(one);
    else used.add(line);
    if (line !== undefined && line.fields["container_id"] !== one.container) wrong.push(line);
  }
  const names = new Set(made.map(({ name }) => name));
  const containers = new Set(made.map(({ container }) => container));
  const claims = ({ comm, fields }: EventLine) =>
    names.has(comm.toString("latin1")) || containers.has(fields["container_id"] ?? "");
  const extra = lines.filter((line) => !used.has(line) && claims(line));
  return { expected: made.length, seen: used.size - wrong.length, missing, wrong, extra };
}

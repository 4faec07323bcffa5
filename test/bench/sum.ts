import type { Loaded } from "./observe.ts";
import type { PerProcess } from "./process.ts";

/** The same load of several rounds as one: what was made, seen and spent is added up. */
export function sumLoads(runs: readonly Loaded[]): Omit<Loaded, "load"> {
  const kinds = Object.keys(runs[0]?.seen ?? {});
  const total = (of: (run: Loaded) => number) => runs.reduce((sum, run) => sum + of(run), 0);
  return {
    made: total(({ made }) => made),
    seconds: total(({ seconds }) => seconds),
    cpuSeconds: total(({ cpuSeconds }) => cpuSeconds),
    seen: Object.fromEntries(
      kinds.map((kind) => [
        kind,
        {
          lines: total(({ seen }) => seen[kind]?.lines ?? 0),
          expected: total(({ seen }) => seen[kind]?.expected ?? 0),
        },
      ]),
    ),
    watcherMs: addUp(runs.map(({ watcherMs }) => watcherMs)),
  };
}

function addUp(all: readonly PerProcess[]): PerProcess {
  const sum: Record<string, number> = {};
  for (const [name, value] of all.flatMap(Object.entries<number>)) sum[name] = (sum[name] ?? 0) + value;
  return sum;
}

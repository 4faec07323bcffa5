import type { Load } from "./load.ts";
import type { Outcome } from "./measure.ts";
import type { Loaded, Observation } from "./observe.ts";
import type { PerProcess } from "./process.ts";
import { sumLoads } from "./sum.ts";
import { markdownTable } from "./table.ts";

/** An outcome as Markdown. */
export function report(outcome: Outcome, machine: string): string {
  const { kernel, node, observations, skipped } = outcome;
  const day = new Date().toISOString().slice(0, 10);
  const left = Object.entries(skipped).map(([name, reason]) => `- left out: ${name}: ${reason}\n`);
  return [
    `${day}, kernel ${kernel}, ${machine}, Node ${node}\n`,
    left.join(""),
    markdownTable(LOAD_HEAD, loadRows(observations)),
    markdownTable(PROGRAM_HEAD, programRows(observations)),
  ].join("\n");
}

const LOAD_HEAD = [
  "load",
  "watcher",
  "reached, connections/s",
  "lines seen",
  "lines/s",
  "watcher's CPU, µs per connection",
  "load's CPU, µs per connection",
];

function loadRows(observations: readonly Observation[]): readonly (readonly string[])[] {
  const names = [...new Set(observations.map(({ watcher }) => watcher))];
  const loads = observations[0]?.loads.map(({ load }) => load) ?? [];
  return loads.flatMap((load, index) =>
    names.map((name) => {
      const runs = observations
        .filter(({ watcher }) => watcher === name)
        .flatMap((run) => run.loads[index] ?? []);
      return [describe(load), name, ...loadCells(sumLoads(runs))];
    }),
  );
}

function loadCells({ made, seconds, cpuSeconds, seen, watcherMs }: Omit<Loaded, "load">): readonly string[] {
  const lines = Object.values(seen).reduce((sum, kind) => sum + kind.lines, 0);
  return [
    String(Math.round(made / seconds)),
    Object.entries(seen)
      .map(([kind, { lines, expected }]) => `${kind} ${lines} of ${expected}`)
      .join(", ") || "–",
    lines === 0 ? "–" : String(Math.round(lines / seconds)),
    perProcess(watcherMs, (ms) => ((ms * 1000) / made).toFixed(1)),
    ((cpuSeconds * 1e6) / made).toFixed(1),
  ];
}

const PROGRAM_HEAD = [
  "watcher",
  "#start line, s",
  "first event's line, s",
  "quiet, CPU ms per second",
  "resident MB",
  "of it anonymous",
  "lost, dropped, late, holes in seq",
];

function programRows(observations: readonly Observation[]): readonly (readonly string[])[] {
  return observations
    .filter(({ memory }) => memory !== undefined)
    .map(({ watcher, startLineMs, firstEventMs, quietMsPerSecond, memory, account }) => [
      watcher,
      inSeconds(startLineMs),
      inSeconds(firstEventMs),
      perProcess(quietMsPerSecond, (ms) => ms.toFixed(1)),
      perProcess(memory?.totalMb, (mb) => mb.toFixed(0)),
      perProcess(memory?.anonymousMb, (mb) => mb.toFixed(0)),
      account ? `${account.lost}, ${account.dropped}, ${account.late}, ${account.holes}` : "–",
    ]);
}

function describe({ workers, connections, perSecond, seconds }: Load): string {
  const servers = `${workers} ${workers === 1 ? "worker" : "workers"}`;
  if (perSecond > 0) return `${servers}, ${perSecond}/s`;
  return connections < 100_000
    ? `${servers}, ${connections} at full speed`
    : `${servers}, full speed, ${seconds} s`;
}

function perProcess(values: PerProcess | undefined, print: (value: number) => string): string {
  const all = Object.entries(values ?? {});
  if (all.length === 1) return all.map(([, value]) => print(value)).join("");
  return all.map(([name, value]) => `${name} ${print(value)}`).join(", ") || "–";
}

function inSeconds(ms: number | undefined): string {
  return ms === undefined ? "–" : (ms / 1000).toFixed(1);
}

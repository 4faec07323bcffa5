import type { Line } from "../scenario/read-line.ts";

/** The fields of a run's last `#stats`. */
export function lastStats(run: readonly Line[]): Readonly<Record<string, string>> {
  return run.findLast(({ record }) => record === "#stats")?.fields ?? {};
}

/** What netlog counted as lost, by cause, where it is not 0: from each run's last counters. */
export function lossesOf(runs: readonly (readonly Line[])[]): Record<string, number> {
  const losses: Record<string, number> = {};
  for (const run of runs) {
    for (const [name, value] of Object.entries(lastStats(run))) {
      if (!/^(?:lost\.|dropped\.|unparsable$)/.test(name) || value === "0" || value === "unknown") continue;
      losses[name] = (losses[name] ?? 0) + Number(value);
    }
  }
  return losses;
}

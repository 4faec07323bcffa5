import assert from "node:assert/strict";
import type { Group, Options, Report } from "./attribution.ts";

/** The groups of a report with what to call them. */
export function groups({
  processes,
  containers,
  before,
  meanwhile,
}: Report): readonly (readonly [string, Group])[] {
  return [
    ["processes under 5 ms", processes],
    ["containers under 1 s", containers],
    ["a container before netlog", before],
    ["a container while bpftrace was gone", meanwhile],
  ];
}

/** The heads of the columns that `figures` gives. */
export const COLUMNS = ["what", "made", "brief", "seen", "missing", "wrong", "extra", "median ms"] as const;

/** What was made and what became of it, in a row for each group. */
export function figures(report: Report): readonly (readonly (string | number)[])[] {
  return groups(report).map(([what, { expected, brief, seen, missing, wrong, extra, medianUs }]) => [
    ...[what, expected, brief, seen, missing.length, wrong.length, extra.length],
    (medianUs / 1000).toFixed(1),
  ]);
}

/** Every one of them has its line, with its container, whether it was brief or not. */
export function assertAttributed(report: Report): void {
  for (const [what, { expected, seen, missing, wrong, extra }] of groups(report)) {
    const details = `${what}: ${JSON.stringify({ missing, wrong, extra, stats: report.stats, said: report.said })}`;
    assert.deepEqual(
      { seen, missing, wrong, extra },
      { seen: expected, missing: [], wrong: [], extra: [] },
      details,
    );
    assert.ok(expected > 0, details);
  }
  assert.equal(report.exitCode, 0, report.said);
}

/** Why the run shows less than it should; a machine with much other work lets few of them be brief. */
export function tooFewBrief({ processes, containers }: Report, wanted: Options): string | undefined {
  if (processes.brief === wanted.processes && containers.brief === wanted.containers) return undefined;
  return (
    `this machine is too slow for the whole of it: ${processes.brief} of ${wanted.processes} processes lived ` +
    `under 5 ms, ${containers.brief} of ${wanted.containers} containers under 1 s`
  );
}

import { printRun } from "./print-run.ts";
import { atMost, count, duration, printable } from "./print-words.ts";
import type { NodeReport, Report, RunReport } from "./report.ts";

const MAX_GAPS = 5;
const MAX_RUNS = 3;

/** The report for a person: what is missing last, where the eye is. */
export function printReport({ nodes, input, complete }: Report): string {
  const good = nodes.filter((node) => node.complete);
  const bad = nodes.filter((node) => !node.complete);
  const lines = [
    ...good.flatMap(nodeLines),
    ...bad.flatMap(nodeLines),
    "",
    `input: ${count(input.lines, "line")}; ${input.netlog.toLocaleString("en-US")} of netlog's, ${input.foreign.toLocaleString("en-US")} of others`,
  ];
  if (input.damaged > 0)
    lines.push(
      `       ${count(input.damaged, "line")} cut off or changed on the way, first line ${input.firstDamaged} of the input`,
    );
  const names = bad.map(({ node }) => printable(node));
  lines.push(
    complete
      ? `complete: nothing is missing of ${count(nodes.length, "node")}`
      : `INCOMPLETE: ${bad.length} of ${count(nodes.length, "node")}: ${atMost(5, names).join(", ")}`,
  );
  return `${lines.join("\n")}\n`;
}

function nodeLines({ node, complete, causes, from, to, gaps, runs }: NodeReport): string[] {
  const verdict = complete ? "complete" : `INCOMPLETE (${causes.join(", ")})`;
  const unwatched = gaps.map((gap) => {
    const time = `${gap.from} to ${gap.to} (${duration(gap.from, gap.to)})`;
    return `  not watched ${time}: ${gap.reasons.map(printable).join("; ")}`;
  });
  // The runs that have something to say, and the first few of the others.
  const told = runs
    .toSorted((one, other) => Number(isPlain(one)) - Number(isPlain(other)))
    .slice(0, MAX_RUNS);
  const untold = runs.length - told.length;
  return [
    `${printable(node)}: ${verdict}`,
    `  watched ${from} to ${to}`,
    ...atMost(MAX_GAPS, unwatched, "  "),
    ...runs.filter((run) => told.includes(run)).flatMap(printRun),
    ...(untold > 0 ? [`  and ${count(untold, "more run")}; --format json has all`] : []),
  ];
}

function isPlain(run: RunReport): boolean {
  return printRun(run).length === 1;
}

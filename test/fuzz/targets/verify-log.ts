import assert from "node:assert/strict";
import { printReport } from "../../../src/verify/print.ts";
import { Log } from "../../../src/verify/verify.ts";

/** Any log: each line is counted once, the report agrees with itself, and nothing in it can harm a terminal. */
export function fuzz(data: Buffer): void {
  const log = new Log();
  const lines = data.toString("utf8").split("\n");
  for (const line of lines.slice(0, -1)) log.take(line);
  log.takeRest(lines.at(-1) ?? "");
  const report = log.report();
  const { input, nodes, complete } = report;
  assert.ok(input.netlog + input.damaged + input.foreign <= input.lines);
  assert.equal(
    complete,
    nodes.every(({ causes }) => causes.length === 0),
  );
  for (const { runs, from, to, gaps } of nodes) {
    assert.ok(from <= to);
    for (const gap of gaps) assert.ok(gap.from < gap.to);
    for (const { firstNumber, lastNumber, events, records, holes } of runs)
      assert.equal(events + records + holes.missing, lastNumber - firstNumber + 1);
  }
  assert.match(printReport(report), /^[\x20-\x7e\n]+$/);
}

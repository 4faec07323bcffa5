import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lacking } from "../facilities.ts";
import type { Outcome } from "../scenario/against-netlog.ts";
import { buildScenario } from "../scenario/build.ts";
import { report } from "../scenario/report.ts";
import { alignColumns } from "../scenario/table.ts";
import { whatIsMissing } from "./build/requirements.ts";
import { projectFiles } from "./guest/project.ts";
import { runInGuest } from "./guest/run.ts";
import { chosenGuests, guestName, hasReturnProbes } from "./guests.ts";
import { NOT_DONE, skippedCases } from "./not-done.ts";

const RUNS = ["text all", "json all", "text pending"];
const SCRIPT = `
chmod +x scenario
modprobe -a nfs nfsv4
${RUNS.map((run) => `node project/test/scenario/against-netlog.ts ./scenario ${run} || exit 1`).join("\n")}
`;

const skip = (await whatIsMissing()) || lacking("cc");
const table: (string | number)[][] = [
  ["kernel", "bpftrace", "part", "expected", "seen", "missing", "extra", "inferred", "excused", "skipped"],
];
let scenario: string;

before(async () => {
  if (!skip) scenario = await buildScenario();
});

for (const guest of chosenGuests()) {
  test(`the lines are exactly those of the scenario in a guest ${guestName(guest)}`, { skip }, async (t) => {
    const { exitCode, output } = await runInGuest({
      ...guest,
      files: { ...(await projectFiles()), scenario: { from: scenario } },
      script: SCRIPT,
      timeLimitMs: 1_200_000,
      signal: t.signal,
    });
    assert.equal(exitCode, 0, output);
    const outcomes = output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Outcome);
    assert.equal(outcomes.length, RUNS.length);
    for (const [index, outcome] of outcomes.entries()) {
      t.diagnostic(`${RUNS[index]}:`);
      for (const line of report(outcome)) t.diagnostic(line);
      const { bpftrace, expected, seen } = outcome;
      const { missing, extra, inferred, excused, skipped } = outcome;
      const lists = [missing, extra, inferred, excused, skipped].map(({ length }) => length);
      table.push([guest.kernel, bpftrace, RUNS[index] ?? "", expected, seen, ...lists]);
    }
    const atReturn = hasReturnProbes(guest) ? "kretprobe" : "fexit";
    for (const [index, outcome] of outcomes.entries()) {
      const { missing, extra, excused, problems, probes, seen, exitCode, said, stats } = outcome;
      assert.deepEqual(
        { missing, extra, excused, problems, exitCode },
        { missing: [], extra: [], excused: [], problems: [], exitCode: 0 },
        said,
      );
      assert.ok(seen > 0);
      if (RUNS[index]?.endsWith(" all")) assert.deepEqual(skippedCases(outcome), NOT_DONE[guest.kernel]);
      // The record of one program that another one overwrote would be here (on_stack_limit in src/probe/child.ts).
      assert.equal(stats["unparsable"], "0", said);
      for (const subject of ["tcp-failure", "udp-bind", "udp-connect"])
        assert.ok(probes.split(",").includes(`kprobe/${subject}.${atReturn}`), probes);
    }
  });
}

test("what was seen in each guest, in a table", { skip }, (t) => {
  for (const line of alignColumns(table)) t.diagnostic(line);
  assert.equal(table.length, 1 + RUNS.length * chosenGuests().length);
});

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lacking } from "../facilities.ts";
import type { Outcome } from "../scenario/against-netlog.ts";
import { buildScenario } from "../scenario/build.ts";
import { report } from "../scenario/report.ts";
import { whatIsMissing } from "./build/requirements.ts";
import { projectFiles } from "./guest/project.ts";
import { runInGuest } from "./guest/run.ts";
import { chosenGuests, guestName } from "./guests.ts";

const RUNS = ["text all", "json all", "text pending"];
const SCRIPT = `
chmod +x scenario
${RUNS.map((run) => `node project/test/scenario/against-netlog.ts ./scenario ${run} || exit 1`).join("\n")}
`;

const skip = (await whatIsMissing()) || lacking("cc");
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
    }
    for (const { missing, extra, problems, seen, exitCode, said } of outcomes) {
      assert.deepEqual(
        { missing, extra, problems, exitCode },
        { missing: [], extra: [], problems: [], exitCode: 0 },
        said,
      );
      assert.ok(seen > 0);
    }
  });
}

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lacking } from "../facilities.ts";
import { againstNetlog } from "../scenario/against-netlog.ts";
import { buildScenario } from "../scenario/build.ts";
import { report } from "../scenario/report.ts";

const skip = lacking("bpftrace", "cc");
let scenario: string;

before(async () => {
  if (skip === false) scenario = await buildScenario();
});

for (const [format, part] of [
  ["text", "all"],
  ["json", "all"],
  ["text", "pending"],
] as const) {
  test(`the ${format} lines are exactly those of the scenario, part ${part}`, { skip }, async (t) => {
    const outcome = await againstNetlog(scenario, format, part);
    for (const line of report(outcome)) t.diagnostic(line);
    assert.deepEqual(outcome.missing, []);
    assert.deepEqual(outcome.extra, []);
    assert.deepEqual(outcome.problems, []);
    assert.ok(outcome.seen > 0);
    assert.equal(outcome.exitCode, 0);
  });
}

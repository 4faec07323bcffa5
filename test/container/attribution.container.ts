import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { attribution } from "../brief/attribution.ts";
import { buildBrief } from "../brief/build.ts";
import { assertAttributed, COLUMNS, figures, tooFewBrief } from "../brief/verdict.ts";
import { lacking } from "../facilities.ts";
import { alignColumns } from "../scenario/table.ts";
import { lackingForRun } from "./requirements.ts";

const WANTED = { processes: 1000, containers: 200 };

describe("Docker's containers", { skip: (await lackingForRun()) || lacking("bpftrace", "cc") }, () => {
  let program: string;
  before(async () => {
    program = await buildBrief();
  });

  test("are named on the lines of all their processes, however briefly these and they live", async (t) => {
    const report = await attribution(program, "docker", WANTED);
    t.diagnostic(`bpftrace ${report.bpftrace}, ${report.probes}`);
    for (const line of alignColumns([[...COLUMNS], ...figures(report)])) t.diagnostic(line);
    t.diagnostic(`waited for a name: ${report.stats["waited"]}`);
    assertAttributed(report);
    assert.match(report.probes, /cgroups/);
    const tooFew = tooFewBrief(report, WANTED);
    if (tooFew !== undefined) t.skip(tooFew);
  });
});

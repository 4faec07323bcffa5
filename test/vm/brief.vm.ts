import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { Report } from "../brief/attribution.ts";
import { buildBrief } from "../brief/build.ts";
import { assertAttributed, COLUMNS, figures, tooFewBrief } from "../brief/verdict.ts";
import { lacking } from "../facilities.ts";
import { alignColumns } from "../scenario/table.ts";
import { whatIsMissing } from "./build/requirements.ts";
import { projectFiles } from "./guest/project.ts";
import { runInGuest } from "./guest/run.ts";
import { chosenGuests, guestName } from "./guests.ts";

/** Each bpftrace, and the oldest kernel. */
const GUESTS = ["5.10/trixie", "6.1/bookworm", "6.12/trixie", "newest/sid"];
const WANTED = { processes: 1000, containers: 200 };
const SCRIPT = `
chmod +x brief
bpftrace --version >/dev/null # the first start, from a cold disk, is slow
node project/test/brief/attribution.ts ./brief oci ${WANTED.processes} ${WANTED.containers}
`;

const skip = (await whatIsMissing()) || lacking("cc");
const table: (string | number)[][] = [["guest", "bpftrace", ...COLUMNS, "waited"]];
let program: string;

before(async () => {
  if (!skip) program = await buildBrief();
});

for (const guest of chosenGuests().filter((guest) => GUESTS.includes(guestName(guest)))) {
  const name = guestName(guest);
  test(`what lives for milliseconds is attributed to its container in a guest ${name}`, {
    skip,
  }, async (t) => {
    const { exitCode, output } = await runInGuest({
      ...guest,
      files: { ...(await projectFiles()), brief: { from: program } },
      script: SCRIPT,
      timeLimitMs: 900_000,
      signal: t.signal,
    });
    assert.equal(exitCode, 0, output);
    const report = JSON.parse(output.trim().split("\n").at(-1) ?? "") as Report;
    const { bpftrace, stats, behindMs } = report;
    for (const row of figures(report)) table.push([name, bpftrace, ...row, stats["waited"] ?? ""]);
    t.diagnostic(`${report.probes}, ${behindMs} ms behind at the end`);
    assertAttributed(report);
    assert.match(report.probes, /kprobe\/tcp-connect,.*cgroups/);
    const tooFew = tooFewBrief(report, WANTED);
    if (tooFew !== undefined) t.skip(tooFew);
  });
}

test("what was made, seen and missed of what lives for milliseconds, in a table", { skip }, (t) => {
  for (const line of alignColumns(table)) t.diagnostic(line);
});

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { imageFileSystem, netlogImage } from "../container/images.ts";
import { lackingDocker } from "../container/requirements.ts";
import { lacking } from "../facilities.ts";
import type { Outcome } from "../scenario/against-netlog.ts";
import { buildScenario } from "../scenario/build.ts";
import { report } from "../scenario/report.ts";
import { whatIsMissing } from "./build/requirements.ts";
import { projectFiles } from "./guest/project.ts";
import { runInGuest } from "./guest/run.ts";
import { chosenGuests, guestName } from "./guests.ts";
import { NOT_DONE, skippedCases } from "./not-done.ts";

/** netlog sees the image's own files and nothing else; the scenario and its driver stay outside. */
const SCRIPT = `
chmod +x scenario
modprobe -a nfs nfsv4
mkdir /image && tar -xf image.tar -C /image
for place in proc sys dev tmp; do mkdir -p /image/$place && mount --rbind /$place /image/$place; done
export NETLOG_TEST_COMMAND="env -u NODE_OPTIONS chroot /image /usr/local/bin/node /usr/local/lib/netlog/bin/netlog.js"
node project/test/scenario/against-netlog.ts ./scenario text all
`;

const skip = (await whatIsMissing()) || (await lackingDocker()) || lacking("cc");
/** Its bpftrace is the image's: one guest for each kernel is enough. */
const guests = chosenGuests().filter(({ userland }) => userland === "trixie");

for (const guest of guests) {
  test(`the image's own files log the scenario on kernel ${guest.kernel}`, { skip }, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "netlog-image-"));
    t.after(() => rm(folder, { recursive: true }));
    const image = join(folder, "image.tar");
    await imageFileSystem(await netlogImage(), image);
    const { exitCode, output } = await runInGuest({
      ...guest,
      files: {
        ...(await projectFiles()),
        scenario: { from: await buildScenario() },
        "image.tar": { from: image },
      },
      script: SCRIPT,
      memory: "4G",
      timeLimitMs: 1_200_000,
      signal: t.signal,
    });
    assert.equal(exitCode, 0, output);
    const outcome = JSON.parse(output.trim()) as Outcome;
    for (const line of report(outcome)) t.diagnostic(`${guestName(guest)}: ${line}`);
    const { missing, extra, problems, seen, said, stats } = outcome;
    assert.deepEqual(
      { missing, extra, problems, exitCode: outcome.exitCode },
      { missing: [], extra: [], problems: [], exitCode: 0 },
      said,
    );
    assert.equal(stats["unparsable"], "0", said);
    assert.deepEqual(skippedCases(outcome), NOT_DONE[guest.kernel]);
    assert.match(outcome.probes, /kprobe\/tcp-connect/);
    assert.ok(seen > 0);
  });
}

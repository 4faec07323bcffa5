import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lacking } from "../facilities.ts";
import { buildTraffic } from "../faults/traffic.ts";
import { whatIsMissing } from "./build/requirements.ts";
import { projectFiles } from "./guest/project.ts";
import { runInGuest } from "./guest/run.ts";
import { chosenGuests, guestName } from "./guests.ts";

/** The kernel and the bpftrace that most nodes have. */
const GUESTS = ["6.12/trixie"];

/** The suite of this kernel, and what only a guest can be put through; one file after the other. */
const SCRIPT = `
export NETLOG_TEST_TRAFFIC=/job/traffic NETLOG_TEST_EMULATED=1
bpftrace -e 'BEGIN { exit(); }' >/dev/null # the first start, from a cold disk, is slow
cd project && node --test --test-concurrency=1 --test-reporter=spec test/faults/*.guest.ts test/faults/*.host.ts
`;

const skip = (await whatIsMissing()) || lacking("cc");
const guests = chosenGuests().filter((guest) => GUESTS.includes(guestName(guest)));
let traffic: string;

before(async () => {
  if (!skip) traffic = await buildTraffic();
});

for (const guest of guests) {
  test(`through faults and tampering nothing is lost silently in a guest ${guestName(guest)}`, {
    skip,
  }, async (t) => {
    const { exitCode, output } = await runInGuest({
      ...guest,
      files: { ...(await projectFiles()), traffic: { from: traffic } },
      script: SCRIPT,
      timeLimitMs: 60 * 60_000,
      signal: t.signal,
    });
    for (const line of output.split("\n")) t.diagnostic(line);
    assert.equal(exitCode, 0, output);
  });
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { whatIsMissing } from "./build/requirements.ts";
import { projectFiles } from "./guest/project.ts";
import { runInGuest } from "./guest/run.ts";
import { chosenGuests, guestName } from "./guests.ts";

/** The oldest bpftrace and the image's own: v2's control groups alone, kprobes, and on 6.12 returns by trampoline. */
const GUESTS = ["6.1/bookworm", "6.12/trixie"];
/** The test of this machine's kernel, as it is: control groups as the kubelet's cgroupfs driver names them. */
const SCRIPT = `
bpftrace --version >/dev/null # the first start, from a cold disk, is slow
export NETLOG_TEST_ATTACH_S=600
node --test --test-reporter=tap --test-name-pattern="own pod alone" project/test/host/process-scope.host.ts
`;

const skip = await whatIsMissing();

for (const guest of chosenGuests().filter((guest) => GUESTS.includes(guestName(guest)))) {
  const name = guestName(guest);
  test(`scope: pod prints the own pod's lines alone, and others' openings stay in the kernel, in a guest ${name}`, {
    skip,
  }, async (t) => {
    const { exitCode, output } = await runInGuest({
      ...guest,
      files: await projectFiles(),
      script: SCRIPT,
      timeLimitMs: 1_500_000,
      signal: t.signal,
    });
    assert.equal(exitCode, 0, output);
    assert.match(output, /^# pass 1$/m);
    assert.match(output, /^# skipped 0$/m);
    const start = /#start .*/.exec(output)?.[0] ?? "";
    t.diagnostic(start);
    assert.match(start, /kprobe\/tcp-connect\b.*scope=pod|scope=pod.*kprobe\/tcp-connect\b/);
  });
}

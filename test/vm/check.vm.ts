import assert from "node:assert/strict";
import { test } from "node:test";
import type { Finding } from "../../src/check.ts";
import { whatIsMissing } from "./build/requirements.ts";
import { projectFiles } from "./guest/project.ts";
import { runInGuest } from "./guest/run.ts";
import { chosenGuests, guestName } from "./guests.ts";

const LEAST = "setpriv --bounding-set=-all,+bpf,+perfmon --inh-caps=-all";

/** What can be wrong with a machine only for the whole of it; lockdown comes last, for nothing takes it back. */
const SCRIPT = `
check() {
  "$@" node project/src/main.ts check --config config.yaml --format json >report.json
  printf '{"exitCode":%s,"report":%s}\\n' $? "$(tr -d '\\n' <report.json)"
}
bpftrace --version >/dev/null # the first start, from a cold disk, is slow
sysctl -qw kernel.perf_event_paranoid=2
check ${LEAST}
sysctl -qw kernel.perf_event_paranoid=3
check ${LEAST}
mount -t securityfs nodev /sys/kernel/security
echo confidentiality >/sys/kernel/security/lockdown
check env
`;

type Said = { readonly exitCode: number; readonly report: { ok: boolean; findings: readonly Finding[] } };

const skip = await whatIsMissing();
/** What they want of a kernel is Debian's patch and its lockdown module: one guest shows it. */
const guests = chosenGuests().filter((guest) => guestName(guest) === "6.12/trixie");

for (const guest of guests) {
  test(`check says what is wrong with a whole machine in a guest ${guestName(guest)}`, {
    skip,
  }, async (t) => {
    const { output, exitCode } = await runInGuest({
      ...guest,
      files: { ...(await projectFiles()), "config.yaml": "events: [udp.bind, udp.close]\n" },
      script: SCRIPT,
      timeLimitMs: 600_000,
      signal: t.signal,
    });
    assert.equal(exitCode, 0, output);
    const said = output.split("\n").filter((line) => line.startsWith('{"exitCode"'));
    assert.equal(said.length, 3, output);
    const [nothing, paranoid, lockdown] = said.map((line) => JSON.parse(line)) as [Said, Said, Said];

    await t.test("nothing, with CAP_BPF and CAP_PERFMON only", () => {
      assert.deepEqual([nothing.exitCode, nothing.report.ok, failures(nothing)], [0, true, []], output);
      const { findings } = nothing.report;
      assert.ok(findings.some(({ about, name }) => about === "self-test" && name === "udp.bind"));
      assert.ok(
        findings.some(({ detail }) => detail === "kprobe/udp-bind.fexit"),
        output,
      );
    });

    await t.test("perf_event_paranoid, with the same capabilities", () => {
      assert.deepEqual([paranoid.exitCode, paranoid.report.ok], [1, false], output);
      const level = paranoid.report.findings.find(({ name }) => name === "perf_event_paranoid");
      assert.equal(level?.detail, "3; Debian's and Ubuntu's kernels then want CAP_SYS_ADMIN");
      const failed = paranoid.report.findings.filter(({ ok }) => !ok);
      assert.ok(failed.length > 0);
      for (const { about, detail } of failed) {
        assert.equal(about, "probe");
        assert.match(
          detail,
          /kernel\.perf_event_paranoid is above 2: give CAP_SYS_ADMIN .*, or set it to 2$/,
        );
      }
    });

    await t.test("lockdown", () => {
      assert.deepEqual([lockdown.exitCode, lockdown.report.ok, failures(lockdown)], [1, false, ["lockdown"]]);
      const { detail } = lockdown.report.findings.find(({ name }) => name === "lockdown") as Finding;
      assert.match(detail, /^kernel lockdown is at "confidentiality", .*: boot with lockdown=integrity/);
    });
  });
}

function failures({ report }: Said): readonly string[] {
  return report.findings.filter(({ ok }) => !ok).map(({ name }) => name);
}

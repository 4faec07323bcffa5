/**
 * Somebody switches off what netlog's probes stand on, for the whole machine: so this runs in guests only
 * (vm/faults.vm.ts), where the kprobe set is at work.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { collect } from "../collect.ts";
import type { Netlog } from "../host/process-netlog.ts";
import { until } from "../probe/until.ts";
import { assertOnlyGaps, STATS, throughAFault } from "./fault.ts";

const CONFIG = `${STATS}\nselfTest: { every: 2s }`;
const KINDS = ["tcp.accept", "tcp.close", "tcp.connect", "udp.bind", "udp.close"];

/** Switches it off until netlog has told of it, and on again until netlog has told of that. */
async function switchOff(t: TestContext, netlog: Netlog, file: string): Promise<void> {
  const on = () => writeFileSync(file, "1");
  t.after(on);
  writeFileSync(file, "0");
  const told = () => netlog.stdout.includes(" reason=silent-probe ");
  await until("a gap because of silent-probe", told, 180);
  on();
  const seen = () => netlog.stderr.includes("the self-test sees its sockets again");
  await until("the self-test sees its sockets again", seen, 180);
}

for (const [fault, file] of [
  ["kernel.ftrace_enabled=0", "/proc/sys/kernel/ftrace_enabled"],
  ["kprobes disabled", "/sys/kernel/debug/kprobes/enabled"],
] as const) {
  test(`${fault}: what is not seen lies in the gaps of its kind`, async (t) => {
    const judgement = await throughAFault(t, fault, { config: CONFIG }, (netlog) =>
      switchOff(t, netlog, file),
    );
    assertOnlyGaps(judgement, "silent-probe");
    const kinds = [...new Set(judgement.gaps.map(({ event }) => event))].toSorted();
    assert.ok(
      kinds.every((kind) => KINDS.includes(kind ?? "")),
      `${kinds}`,
    );
  });
}

test("Another agent's programs on the same hooks: nothing is lost silently", async (t) => {
  const { inGaps } = await throughAFault(t, "beside another agent", { config: CONFIG }, async () => {
    const agent = collect(spawn("bpftrace", [join(import.meta.dirname, "../pressure/busy.bt")]));
    t.after(() => agent.child.kill("SIGKILL"));
    await until("the agent is at work", () => agent.stdout().includes("busy"), 180);
    await delay(20_000);
    agent.child.kill("SIGTERM");
    await agent.ended;
  });
  assert.deepEqual(inGaps, {});
});

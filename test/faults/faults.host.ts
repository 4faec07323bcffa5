import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { lacking } from "../facilities.ts";
import { MAIN, Netlog, temporaryFolder } from "../host/process-netlog.ts";
import { until } from "../probe/until.ts";
import { type Judgement, judge } from "./judge.ts";
import { buildTraffic, type MadeEvent, startTraffic } from "./traffic.ts";
import { wrapBpftrace } from "./wrapper.ts";

const skip = lacking("bpftrace", "cc");
const program = skip === false ? await buildTraffic() : "";
const STATS = "stats: { every: 1s }";

/** Made while a fault is at work: sixty rounds a second are 360 events, at which nothing is lost for want of speed. */
const RATE = 60;

const table: Record<string, Omit<Judgement, "gaps"> & { gaps: string; verify?: number | null }> = {};
after(() => console.table(table));

function report(
  fault: string,
  made: readonly MadeEvent[],
  ...runs: readonly (readonly string[])[]
): Judgement {
  const judgement = judge(made, runs);
  const input = runs.flat().join("\n");
  const { status } = spawnSync(process.execPath, [MAIN, "verify"], { input });
  table[fault] = { ...judgement, gaps: [...new Set(judgement.gaps)].join(", "), verify: status };
  const isWhole = judgement.gaps.length === 0 && Object.keys(judgement.counted).length === 0;
  assert.equal(status, isWhole ? 0 : 1, "netlog verify says the same");
  return judgement;
}

async function stop(netlog: Netlog): Promise<void> {
  netlog.child.kill("SIGTERM");
  await netlog.ended;
}

/** Waits until this many gap records of this reason stand in the output. */
function gap(netlog: Netlog, reason: string, count = 1): Promise<boolean> {
  return until(
    `${count} gaps because of ${reason}`,
    () => netlog.lines.filter((line) => line.includes(` reason=${reason} `)).length >= count,
    180,
  );
}

/** What all faults have in common: nothing is missing but in a gap, or counted; nothing is doubled. */
function assertAccounted({ made, difference, doubled }: Judgement): void {
  assert.ok(made > 0);
  assert.deepEqual({ difference, doubled }, { difference: 0, doubled: 0 });
}

async function throughAFault(
  t: TestContext,
  fault: string,
  { config = STATS, rounds = 900 }: { config?: string; rounds?: number },
  act: (netlog: Netlog) => Promise<void>,
): Promise<Judgement> {
  const netlog = await Netlog.start(t, { config });
  await netlog.attached();
  const { done } = startTraffic(t, program, rounds, RATE);
  await delay(2000);
  await act(netlog);
  const made = await done;
  await delay(1000);
  await stop(netlog);
  const judgement = report(fault, made, netlog.lines);
  assertAccounted(judgement);
  return judgement;
}

test("Without a fault every event has its line, and none is in a gap", { skip }, async (t) => {
  const { missing, inGaps, gaps, counted } = await throughAFault(t, "none", {}, async () => {});
  assert.deepEqual({ missing, inGaps, gaps, counted }, { missing: 0, inGaps: 0, gaps: [], counted: {} });
});

for (const [fault, signal, reason] of [
  ["bpftrace killed", "SIGKILL", "bpftrace-ended"],
  ["bpftrace stopped (SIGSTOP)", "SIGSTOP", "bpftrace-ended"],
] as const) {
  test(`${fault}: what nobody saw is in the gap`, { skip }, async (t) => {
    const rounds = signal === "SIGSTOP" ? 3600 : 1200;
    const { inGaps, gaps } = await throughAFault(t, fault, { rounds }, async (netlog) => {
      for (const pid of netlog.bpftrace()) process.kill(pid, signal);
      await gap(netlog, reason);
    });
    assert.ok(inGaps > 0);
    assert.deepEqual(gaps, [reason]);
  });
}

for (const [fault, shell] of [
  ["bpftrace exits at once, twice", `case $n in 0) ;; 1|2) exit 3;; esac; exec "$real" "$@"`],
  ["bpftrace dies in mid-line", `[ $n = 0 ] && { "$real" "$@" | head -c 60000; exit 1; }; exec "$real" "$@"`],
] as const) {
  test(`${fault}: what nobody saw is in the gap`, { skip }, async (t) => {
    const path = await wrapBpftrace(t, shell);
    const config = `${STATS}\nbpftrace: { path: ${path} }`;
    const { inGaps } = await throughAFault(t, fault, { config, rounds: 1200 }, async (netlog) => {
      if (fault.includes("exits")) for (const pid of netlog.bpftrace()) process.kill(pid, "SIGKILL");
      await gap(netlog, "bpftrace-ended");
    });
    assert.ok(inGaps > 0);
  });
}

test("bpftrace prints rubbish: nothing is forged, nothing is lost", { skip }, async (t) => {
  const rubbish = String.raw`'\0\377{"type": "printf", "data": "tcp.accept 1 2"}\n{]\nWARNING: x\n{"type": "printf", "data": 7}\n'`;
  const shell = `{ exec 3<&0; "$real" "$@" <&3 & child=$!; trap 'kill -INT $child' INT; for i in $(seq 200); do sleep 0.05; printf ${rubbish}; done; wait $child; wait $child; }`;
  const path = await wrapBpftrace(t, shell);
  const config = `${STATS}\nbpftrace: { path: ${path} }`;
  const { gaps } = await throughAFault(t, "bpftrace prints rubbish", { config }, async () => {});
  assert.deepEqual(gaps, []);
});

test("netlog killed: its child ends too, and the next start writes the gap", { skip }, async (t) => {
  const config = `${STATS}\nstate: { path: ${join(await temporaryFolder(t), "state")} }`;
  const first = await Netlog.start(t, { config });
  await first.attached();
  const { done } = startTraffic(t, program, 1200, RATE);
  await delay(3000);
  const orphans = first.bpftrace();
  first.child.kill("SIGKILL");
  await first.ended;
  await until("bpftrace ends", () => orphans.every((pid) => !isAlive(pid)));
  const second = await Netlog.start(t, { config });
  await second.attached();
  const made = await done;
  await delay(1000);
  await stop(second);
  const judgement = report("netlog killed", made, first.lines, second.lines);
  assertAccounted(judgement);
  assert.ok(judgement.inGaps > 0);
  assert.deepEqual(judgement.gaps, ["restart"]);
});

test("stdout blocked until events are dropped: they are counted, and the gap has them", {
  skip,
}, async (t) => {
  const netlog = await Netlog.start(t, { config: STATS });
  await netlog.attached();
  netlog.child.stdout?.pause();
  // Sixteen MiB of lines of some 150 bytes, and a good deal more.
  const made = await startTraffic(t, program, 30_000, 0).done;
  await delay(2000);
  netlog.child.stdout?.resume();
  await gap(netlog, "slow-reader");
  const { done } = startTraffic(t, program, 60, RATE);
  const madeAfter = await done;
  await delay(1000);
  await stop(netlog);
  const judgement = report("stdout blocked", [...made, ...madeAfter], netlog.lines);
  assertAccounted(judgement);
  assert.ok((judgement.counted["dropped.queue-full"] ?? 0) > 0);
});

test("The kernel's buffer overrun: what was lost is counted", { skip }, async (t) => {
  const netlog = await Netlog.start(t, { config: STATS });
  await netlog.attached();
  const children = netlog.bpftrace();
  for (const pid of children) process.kill(pid, "SIGSTOP");
  const made = await startTraffic(t, program, 10_000, 0).done;
  for (const pid of children) process.kill(pid, "SIGCONT");
  const madeAfter = await startTraffic(t, program, 1500, RATE).done;
  await delay(1000);
  await stop(netlog);
  const judgement = report("kernel buffer overrun", [...made, ...madeAfter], netlog.lines);
  assert.ok((judgement.counted["lost.kernel-buffer"] ?? 0) > 0);
  assert.equal(judgement.difference, 0);
});

test("SIGTERM while stdout is blocked ends netlog all the same", { skip }, async (t) => {
  const netlog = await Netlog.start(t, { config: STATS });
  await netlog.attached();
  netlog.child.stdout?.pause();
  await startTraffic(t, program, 5000, 0).done;
  const startedMs = performance.now();
  netlog.child.kill("SIGTERM");
  await until("it ends", () => netlog.isOver, 30);
  table["SIGTERM while blocked"] = {
    ...judge([], []),
    gaps: `${Math.round(performance.now() - startedMs)} ms`,
  };
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

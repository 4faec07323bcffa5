import assert from "node:assert/strict";
import { test } from "node:test";
import { listen, type Netlog } from "../host/process-netlog.ts";
import { assertNothingMissing, assertOnlyGaps, gap, STATS, skip, throughAFault } from "./fault.ts";
import { memoryGroup } from "./memory-group.ts";
import { PASSING_ON, wrapBpftrace } from "./wrapper.ts";

const ENDED = "bpftrace-ended";

function signal(netlog: Netlog, name: NodeJS.Signals): void {
  for (const pid of netlog.bpftrace()) process.kill(pid, name);
}

test("Without a fault every event has its line, and none is in a gap", { skip }, async (t) => {
  assertNothingMissing(await throughAFault(t, "none", {}, async () => {}));
});

for (const [fault, name] of [
  ["bpftrace killed", "SIGKILL"],
  ["bpftrace stopped (SIGSTOP)", "SIGSTOP"],
] as const) {
  test(`${fault}: what nobody saw is in the gap`, { skip }, async (t) => {
    const judgement = await throughAFault(t, fault, {}, async (netlog) => {
      signal(netlog, name);
      await gap(netlog, ENDED);
    });
    assertOnlyGaps(judgement, ENDED);
  });
}

test("bpftrace killed by the kernel for want of memory: what nobody saw is in the gap", {
  skip,
}, async (t) => {
  const { procs, fill } = await memoryGroup(t);
  const shell = `echo $BASHPID >${procs}; echo 1000 >/proc/$BASHPID/oom_score_adj; exec "$real" "$@"`;
  const { config } = await wrapBpftrace(t, shell);
  let stderr = "";
  const judgement = await throughAFault(
    t,
    "bpftrace out of memory",
    { config: `${STATS}\n${config}` },
    async (netlog) => {
      await fill();
      await gap(netlog, ENDED);
      stderr = netlog.stderr;
    },
  );
  assert.match(stderr, /bpftrace was ended by SIGKILL/);
  assertOnlyGaps(judgement, ENDED);
});

for (const [fault, act] of [
  ["bpftrace hangs", (passer: number) => process.kill(passer, "SIGSTOP")],
  ["bpftrace dies in mid-line", (passer: number) => process.kill(passer, "SIGKILL")],
] as const) {
  test(`${fault}: what nobody saw is in the gap`, { skip }, async (t) => {
    const { config, passer } = await wrapBpftrace(t, PASSING_ON);
    const judgement = await throughAFault(t, fault, { config: `${STATS}\n${config}` }, async (netlog) => {
      act(passer());
      await gap(netlog, ENDED);
    });
    assertOnlyGaps(judgement, ENDED);
  });
}

test("bpftrace exits at once, twice: what nobody saw is in the gap", { skip }, async (t) => {
  const { config } = await wrapBpftrace(t, `case $n in 1|2) exit 3;; esac; exec "$real" "$@"`);
  const fault = "bpftrace exits at once, twice";
  const judgement = await throughAFault(t, fault, { config: `${STATS}\n${config}` }, async (netlog) => {
    signal(netlog, "SIGKILL");
    await gap(netlog, ENDED);
  });
  assertOnlyGaps(judgement, ENDED);
});

test("bpftrace prints rubbish: nothing is forged, nothing is lost", { skip }, async (t) => {
  const rubbish = String.raw`'\0\377{"type"\n{"type": "printf", "data": "tcp.accept 1 2"}\n{]\nWARNING: x\n{"type": "printf", "data": 7}\n'`;
  const shell = `(for i in $(seq 200); do sleep 0.05; printf ${rubbish}; done) </dev/null & exec "$real" "$@"`;
  const { config } = await wrapBpftrace(t, shell);
  const fault = "bpftrace prints rubbish";
  const { missing, inGaps, counted, gaps } = await throughAFault(
    t,
    fault,
    { config: `${STATS}\n${config}` },
    async () => {},
  );
  assert.deepEqual({ missing, inGaps, gaps, counted }, { missing: 0, inGaps: {}, gaps: [], counted: {} });
});

test("A socket that was opened before bpftrace's end keeps its opener", { skip }, async (t) => {
  const { hold } = await listen(t);
  const judgement = await throughAFault(t, "opener across a restart", {}, async (netlog) => {
    const { local, peer, close } = await hold();
    await netlog.line(`TCP ${local} -> ${peer} `);
    signal(netlog, "SIGKILL");
    await gap(netlog, ENDED);
    close();
    const line = await netlog.line(`TCP ${local} <-> ${peer} `);
    assert.ok(line.includes(`[${process.pid}] `));
    assert.doesNotMatch(line, / (?:opener|closed_by)=/);
  });
  assertOnlyGaps(judgement, ENDED);
});

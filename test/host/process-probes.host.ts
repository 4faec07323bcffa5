import assert from "node:assert/strict";
import { test } from "node:test";
import { lacking } from "../facilities.ts";
import { until } from "../probe/until.ts";
import { listen, Netlog } from "./process-netlog.ts";

const skip = lacking("bpftrace");

test("A bpftrace that is killed is started again, and the gap is written and said", { skip }, async (t) => {
  const { dial } = await listen(t);
  const netlog = await Netlog.start(t);
  await netlog.attached();
  const before = await dial();
  await netlog.line(before);
  const killed = netlog.bpftrace();
  const killedAt = new Date().toISOString();
  for (const pid of killed) process.kill(pid, "SIGKILL");

  const gap = await netlog.line("reason=bpftrace-ended");
  assert.match(gap, / #gap from=\S+ to=\S+ reason=bpftrace-ended how=SIGKILL seq=\S+$/);
  const [, from = "", to = ""] = /from=(\S+) to=(\S+)/.exec(gap) ?? [];
  const lastHeartbeatMs = Date.parse(killedAt) - Date.parse(from);
  assert.ok(
    lastHeartbeatMs >= 0 && lastHeartbeatMs < 2500,
    `the gap begins at ${from}, the kill was at ${killedAt}`,
  );
  assert.ok(to > killedAt && to > from);
  assert.match(netlog.stderr, /"msg":"bpftrace was ended by SIGKILL; starting it again in 500 ms"/);

  const after = await dial();
  await netlog.line(after);
  assert.equal(netlog.bpftrace().length, 1);
  assert.notDeepEqual(netlog.bpftrace(), killed);
  netlog.child.kill("SIGTERM");
  await netlog.ended;
  const stats = netlog.lines.findLast((line) => line.includes("#stats")) ?? "";
  assert.match(stats, / restarts=1 /);
  assert.equal(netlog.lines.filter((line) => line.includes("#start")).length, 1);
});

test("SIGTERM while bpftrace is down ends netlog with its stop record", { skip }, async (t) => {
  const netlog = await Netlog.start(t);
  await netlog.attached();
  for (const pid of netlog.bpftrace()) process.kill(pid, "SIGKILL");
  await until("netlog has noticed", () => netlog.stderr.includes("starting it again"));
  netlog.child.kill("SIGTERM");
  await until("netlog has ended", () => netlog.isOver, 5);
  assert.deepEqual(await netlog.ended, { code: 0, signal: null });
  assert.match(netlog.lines.at(-1) ?? "", / #stop reason=SIGTERM /);
  assert.deepEqual(netlog.bpftrace(), []);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { lacking } from "../facilities.ts";
import { isRunning } from "../probe/processes.ts";
import { until } from "../probe/until.ts";
import { killAll, listen, Netlog } from "./process-netlog.ts";

const skip = lacking("bpftrace");

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  test(`${signal} ends netlog within five seconds, with its stop record last and no bpftrace left`, {
    skip,
  }, async (t) => {
    const netlog = await Netlog.start(t);
    await netlog.attached();
    const bpftrace = netlog.bpftrace();
    assert.equal(bpftrace.length, 1);
    assert.deepEqual(await endWithin(5, netlog, signal), { code: 0, signal: null });
    assert.match(netlog.lines.at(-1) ?? "", new RegExp(`netlog: #stop reason=${signal} seq=\\w+-\\d+$`));
    assert.match(netlog.lines.at(-2) ?? "", /netlog: #stats made\./);
    assert.deepEqual(bpftrace.filter(isRunning), []);
  });
}

test("What happened right before SIGTERM is written", { skip }, async (t) => {
  const { dial } = await listen(t);
  const netlog = await Netlog.start(t);
  await netlog.attached();
  const dialled = await Promise.all(Array.from({ length: 50 }, dial));
  await endWithin(5, netlog, "SIGTERM");
  assert.deepEqual(
    dialled.filter((text) => !netlog.stdout.includes(text)),
    [],
  );
});

test("What happens while netlog ends has its lines up to the time of #stop, and none after it", {
  skip,
}, async (t) => {
  const { dial } = await listen(t);
  const netlog = await Netlog.start(t);
  await netlog.attached();
  const dialling = (async () => {
    while (!netlog.isOver) {
      await dial();
      await delay(5);
    }
  })();
  await delay(1000);
  await endWithin(5, netlog, "SIGTERM");
  await dialling;
  const lines = netlog.read();
  const stop = lines.at(-1);
  assert.equal(stop?.record, "#stop");
  const ours = lines.filter((line) => line.record === undefined && line.pid === process.pid);
  assert.ok(ours.length > 100, `${ours.length} lines`);
  assert.deepEqual(
    ours.filter(({ time, fields }) => time > (stop?.time ?? "") || fields["opener"] !== undefined),
    [],
  );
});

test("SIGTERM while the probes are being attached ends netlog within five seconds", { skip }, async (t) => {
  const netlog = await Netlog.start(t);
  const bpftrace = await until("bpftrace has been started", () => netlog.bpftrace()[0], 30);
  assert.deepEqual(await endWithin(5, netlog, "SIGTERM"), { code: 0, signal: null });
  assert.ok(!isRunning(bpftrace));
  assert.equal(
    netlog.lines.some((line) => line.includes("#start")),
    false,
  );
});

test("A bpftrace that hangs does not hold up the end, and is killed", { skip }, async (t) => {
  const netlog = await Netlog.start(t);
  await netlog.attached();
  const [bpftrace = 0] = netlog.bpftrace();
  process.kill(bpftrace, "SIGSTOP");
  assert.deepEqual(await endWithin(5, netlog, "SIGTERM"), { code: 0, signal: null });
  assert.ok(!isRunning(bpftrace));
});

test("A bpftrace that is killed at the moment of the stop leaves a gap up to it", {
  skip,
}, async (t) => {
  const netlog = await Netlog.start(t);
  await netlog.attached();
  for (const pid of netlog.bpftrace()) process.kill(pid, "SIGKILL"); // by SIGTERM it would give out what it has read
  assert.deepEqual(await endWithin(5, netlog, "SIGTERM"), { code: 0, signal: null });
  const [gap, stats, stop] = netlog.read().slice(-3);
  assert.deepEqual([gap?.record, stats?.record, stop?.record], ["#gap", "#stats", "#stop"]);
  assert.match(gap?.fields["reason"] ?? "", /^behind-at-stop$|^bpftrace-ended$/);
  assert.ok((gap?.fields["from"] ?? "") <= (stop?.time ?? ""));
});

test("A second signal, a second later, ends netlog at once and leaves no bpftrace", { skip }, async (t) => {
  const netlog = await Netlog.start(t);
  await netlog.attached();
  const [bpftrace = 0] = netlog.bpftrace();
  process.kill(bpftrace, "SIGSTOP");
  const again = setInterval(() => netlog.child.kill("SIGINT"), 200);
  t.after(() => clearInterval(again));
  assert.deepEqual(await endWithin(3, netlog, "SIGINT"), { code: 1, signal: null });
  await until("bpftrace is gone", () => !isRunning(bpftrace));
});

test("The bpftrace of a netlog that was killed ends by itself within a few seconds", { skip }, async (t) => {
  const netlog = await Netlog.start(t);
  await netlog.attached();
  const bpftrace = netlog.bpftrace();
  t.after(() => killAll(bpftrace));
  assert.equal(bpftrace.length, 1);
  netlog.child.kill("SIGKILL");
  await until("bpftrace is gone", () => !bpftrace.some(isRunning), 5);
});

async function endWithin(seconds: number, netlog: Netlog, signal: NodeJS.Signals) {
  netlog.child.kill(signal);
  await until(`netlog has ended after ${signal}`, () => netlog.isOver, seconds);
  return netlog.ended;
}

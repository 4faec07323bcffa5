import assert from "node:assert/strict";
import { test } from "node:test";
import { BOUNDED, MS, newPath, settling } from "./new-path.ts";
import { accept, attempt, OTHER, outcome, REUSED } from "./socket/records.ts";
import { event } from "./socket/story.ts";

test("what bpftrace prints becomes events at once, in its order", (t) => {
  const { path, events, counters, messages } = newPath(t);
  const lines = [
    '{"type": "attached_probes", "data": {"probes": 9}}',
    String.raw`{"type": "printf", "data": "tcp.attempt 10999 ffff888104434a00 9557 4026531833 0 10.1.0.7 52507 130.59.10.36 80 0 3206 101 0 7821 k\uffffffc3\uffffffa9\n"}`,
    String.raw`{"type": "printf", "data": "tcp.outcome 20999 ffff888104434a00 9557 52507 1 0\n"}`,
    String.raw`{"type": "printf", "data": "tcp.end 30999 ffff888104434a00 9557 4026531833 0 10.1.0.7 52507 130.59.10.36 80 1 3206 101 0 7821 k\uffffffc3\uffffffa9\n"}`,
    "",
  ];
  for (const line of lines) path.take(line);
  const whose = { process: { pid: 3206, uid: 101, comm: "ké" }, cgroup: 7821 };
  assert.deepEqual(events, [event("tcp.connect", 10, whose), event("tcp.close", 30, whose)]);
  assert.equal(counters.records, 3);
  assert.equal(counters.unparsable, 0);
  assert.deepEqual(messages, []);
});

test("the program's own records and what it says of control groups are given on, and are not counted", (t) => {
  const { program, cgroups, counters, takeAll } = newPath(t);
  const records = [
    { type: "ready", bootNs: 1, netlogPid: 7 } as const,
    { type: "heartbeat", bootNs: 2 } as const,
  ];
  const paths = [{ type: "cgroup.path", bootNs: 1, id: 7, path: "/a" } as const];
  takeAll(...records, ...paths);
  assert.deepEqual(program, records);
  assert.deepEqual(cgroups, paths);
  assert.equal(counters.records, 0);
});

test("an attempt is pending after its time without any further record, and its outcome still comes", (t) => {
  const { takeAll, pass, said } = newPath(t);
  takeAll(attempt(0));
  pass(2999);
  assert.deepEqual(said(), []);
  pass(1);
  assert.deepEqual(said(), ["tcp.connect 9557 pending"]);
  pass(10_000);
  takeAll(outcome(13_000 * MS));
  assert.deepEqual(said(), ["tcp.connect 9557"]);
});

test("each attempt is pending at its own time", (t) => {
  const { takeAll, pass, said } = newPath(t);
  takeAll(attempt(0));
  pass(1000);
  takeAll(attempt(1000 * MS, OTHER), outcome(1000 * MS));
  pass(2999);
  assert.deepEqual(said(), ["tcp.connect 9557"]);
  pass(1);
  assert.deepEqual(said(), ["tcp.connect 9601 pending"]);
});

test(
  "what comes of after the moment at which it was asked to stop is no event, and an attempt of before it is pending",
  BOUNDED,
  async (t) => {
    const { path, takeAll, pass, said, counters, life } = newPath(t);
    pass(100);
    takeAll(attempt(90 * MS));
    const { endsAt } = settling(t, path);
    assert.equal(path.stoppedBootUs, 100 * MS);
    takeAll(accept(95 * MS, OTHER), outcome(101 * MS), accept(102 * MS, REUSED));
    await endsAt(5000);
    path.drain();
    assert.deepEqual(said(), ["tcp.accept 9601", "tcp.connect 9557 pending"]);
    assert.equal(counters.records, 4);
    assert.deepEqual([life.joined, life.ignored["after-stop"]], [2, 2]);
  },
);

test("the watch of one that is at its end without having been asked to stop ends then", (t) => {
  const { path, pass } = newPath(t);
  pass(70);
  path.drain();
  pass(10);
  assert.equal(path.stoppedBootUs, 70 * MS);
});

test("what the kernel has reported is read when a later record has come", BOUNDED, async (t) => {
  const { path, takeAll, pass } = newPath(t);
  pass(50);
  const { waitsAt, endsAt } = settling(t, path);
  takeAll(accept(49 * MS));
  await waitsAt(10);
  takeAll({ type: "heartbeat", bootNs: 50e6 });
  assert.equal(await endsAt(20), true);
});

test(
  "what the kernel has reported is not known to be read after a silence, however long",
  BOUNDED,
  async (t) => {
    const { path, pass, takeAll } = newPath(t);
    pass(50);
    const { waitsAt, endsAt } = settling(t, path);
    takeAll(accept(1));
    await waitsAt(1499);
    assert.equal(await endsAt(1501), false);
  },
);

test("a bpftrace that is behind gets a second and a half to catch up", BOUNDED, async (t) => {
  const { path, pass, takeAll } = newPath(t);
  pass(5000);
  const { waitsAt, endsAt } = settling(t, path);
  for (let ms = 250; ms <= 1500; ms += 250) {
    await waitsAt(ms);
    takeAll(accept(ms, { pointer: String(ms), inode: String(ms) }));
  }
  await endsAt(1501);
});

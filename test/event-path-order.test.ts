import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { BOUNDED, MS, newPath, settling } from "./new-path.ts";
import { accept, attempt, OTHER, outcome, REUSED, tcpEnd, WAS_ESTABLISHED } from "./socket/records.ts";

/** A way from a bpftrace that has a buffer for each CPU, and waits for something to read when it is told so. */
function unordered(t: TestContext, { waits = false } = {}) {
  const bpftrace = { waits };
  return { bpftrace, ...newPath(t, { isReaderWaiting: () => bpftrace.waits }) };
}

test("what comes out of order is put in order once bpftrace waits for something to read", (t) => {
  const { bpftrace, takeOf, pass, said, counters } = unordered(t);
  takeOf(0, outcome(50 * MS), tcpEnd(60 * MS, { value: WAS_ESTABLISHED }), accept(90 * MS, REUSED));
  pass(5000);
  takeOf(1, attempt(10 * MS));
  pass(5000);
  assert.deepEqual(said(), []);
  bpftrace.waits = true;
  pass(25);
  assert.deepEqual(said(), ["tcp.connect 9557", "tcp.close 9557", "tcp.accept 9700"]);
  assert.equal(counters.late, 0);
  assert.equal(counters.records, 4);
});

test("where bpftrace waits whenever it is looked at, a record is held for a tenth of a second", (t) => {
  const { takeOf, pass, said } = unordered(t, { waits: true });
  pass(1000);
  takeOf(0, accept(1000 * MS));
  pass(99);
  assert.deepEqual(said(), []);
  pass(2);
  assert.deepEqual(said(), ["tcp.accept 9557"]);
});

test("a bpftrace that is never seen to wait tells by its rounds through the buffers what it has read", (t) => {
  const { takeOf, pass, said } = unordered(t);
  const at = (cpu: number, ms: number) => {
    const inode = `${ms}${cpu}`;
    takeOf(cpu, accept(ms * MS, { pointer: inode, inode }));
  };
  for (let ms = 100; ms <= 400; ms += 100) for (const cpu of [0, 1]) at(cpu, ms);
  assert.deepEqual(said(), []);
  at(0, 500);
  pass(1000);
  assert.deepEqual(said(), ["tcp.accept 1000", "tcp.accept 1001"]);
});

test("a bpftrace that waits for room in the pipe is not taken for one that has read everything", (t) => {
  let lines = 30;
  const { path, takeOf, pass, said } = newPath(t, {
    isReaderWaiting: () => {
      for (let n = 0; n < lines; n++) path.take("");
      return true;
    },
  });
  takeOf(0, accept(10 * MS));
  pass(200);
  assert.deepEqual(said(), []);
  lines = 29;
  pass(25);
  assert.deepEqual(said()[0], "tcp.accept 9557");
});

test("a record that comes after a later one was given on is counted and given on", (t) => {
  const { takeOf, pass, said, counters } = unordered(t, { waits: true });
  pass(400);
  takeOf(0, accept(400 * MS));
  pass(101);
  takeOf(1, accept(300 * MS, OTHER));
  pass(25);
  assert.deepEqual(said(), ["tcp.accept 9557", "tcp.accept 9601"]);
  assert.equal(counters.late, 1);
});

test("an attempt that waits for its outcome does not hold back what is put in order", (t) => {
  const { takeOf, pass, said } = unordered(t, { waits: true });
  takeOf(0, attempt(0));
  pass(1000);
  takeOf(1, outcome(1000 * MS));
  pass(200);
  assert.deepEqual(said(), ["tcp.connect 9557"]);
});

test("an attempt whose outcome has come is not pending, however long that waits for its order", (t) => {
  const { bpftrace, takeOf, pass, said } = unordered(t);
  takeOf(0, attempt(0));
  takeOf(1, outcome(200 * MS));
  pass(10_000);
  assert.deepEqual(said(), []);
  bpftrace.waits = true;
  pass(25);
  assert.deepEqual(said(), ["tcp.connect 9557"]);
});

test("an attempt is pending when all of its time has been read", (t) => {
  const { bpftrace, takeOf, pass, said } = unordered(t, { waits: true });
  takeOf(0, attempt(0));
  pass(1000);
  bpftrace.waits = false;
  pass(9000);
  assert.deepEqual(said(), []);
  bpftrace.waits = true;
  pass(25);
  assert.deepEqual(said(), ["tcp.connect 9557 pending"]);
});

test("bpftrace is looked at while something is to be read, every 20 ms, and not when it has ended", (t) => {
  let looks = 0;
  const { path, takeOf, pass } = newPath(t, { isReaderWaiting: () => ++looks < 0 });
  pass(10_000);
  assert.equal(looks, 0);
  takeOf(0, accept(10_000 * MS));
  pass(1100);
  assert.ok(looks >= 45 && looks <= 51, `${looks}`);
  path.ended();
  looks = 0;
  pass(10_000);
  assert.ok(looks <= 1, `${looks}`);
});

test("when bpftrace has ended nothing waits for its order any more", (t) => {
  const { path, takeOf, said } = unordered(t);
  takeOf(0, accept(20 * MS), accept(10 * MS, OTHER));
  assert.deepEqual(said(), []);
  path.ended();
  assert.deepEqual(said(), ["tcp.accept 9601", "tcp.accept 9557"]);
});

test("at the end what is held back comes out, and attempts without outcome are pending", (t) => {
  const { path, takeOf, pass, said } = unordered(t);
  takeOf(0, accept(20 * MS), attempt(10 * MS, OTHER));
  path.drain();
  assert.deepEqual(said(), ["tcp.accept 9557", "tcp.connect 9601 pending"]);
  pass(10_000);
  assert.deepEqual(said(), []);
});

test(
  "where records are put in order, that is so when bpftrace waits a tenth of a second later",
  BOUNDED,
  async (t) => {
    const { path, bpftrace, takeAll, pass } = unordered(t);
    pass(50);
    const { waitsAt, endsAt } = settling(t, path);
    takeAll({ type: "heartbeat", bootNs: 51e6 });
    pass(101);
    await waitsAt(10);
    bpftrace.waits = true;
    assert.equal(await endsAt(20), true);
  },
);

test("where records come out of order, one of before the stop can be unread behind one of after it", (t) => {
  const { path, takeOf } = unordered(t);
  path.stoppedBootUs = 50 * MS;
  takeOf(0, accept(120 * MS));
  assert.deepEqual([path.isRead, path.readUpToBootUs], [false, 0]);
});

test("nothing of before bpftrace was attached is unread", (t) => {
  const { path, takeAll } = unordered(t);
  takeAll({ type: "ready", bootNs: 7000e6, netlogPid: 1 });
  assert.equal(path.readUpToBootUs, 7000 * MS);
});

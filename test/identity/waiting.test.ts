import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { SocketEvent } from "../../src/event.ts";
import { WaitingEvents } from "../../src/identity/waiting.ts";

/** Events of which `conn` is the socket and `cgroup` whose; the time says which one it is. */
function newEvent(bootUs: number, conn: string, cgroup: number): SocketEvent {
  const local = { address: "10.1.0.7", port: 80 };
  const process = { pid: 1, uid: 0, comm: "x" };
  return { kind: "tcp.accept", bootUs, process, cgroup, local, netns: 1, conn };
}

function newWaiting({ waitMs = 1000, max = 100 } = {}) {
  /** The groups whose origin is all known. */
  const known = new Set<number>();
  const written: string[] = [];
  const waiting = new WaitingEvents({
    originOf: (cgroup) =>
      known.has(cgroup)
        ? { origin: { pod: `pod-${cgroup}` }, complete: true }
        : { origin: { unresolved: true }, complete: false },
    onEvent: ({ bootUs }, { pod = "?" }) => written.push(`${bootUs} ${pod}`),
    waitMs,
    max,
  });
  return { waiting, known, said: () => written.splice(0) };
}

test("What is known goes on at once", () => {
  const { waiting, known, said } = newWaiting();
  known.add(1);
  waiting.take(newEvent(0, "a", 1), 0);
  assert.deepEqual(said(), ["0 pod-1"]);
  assert.equal(waiting.waited, 0);
});

test("What is not known waits, and goes on as soon as it is", () => {
  const { waiting, known, said } = newWaiting();
  waiting.take(newEvent(0, "a", 1), 0);
  waiting.look(999);
  assert.deepEqual(said(), []);
  known.add(1);
  waiting.look(999);
  assert.deepEqual(said(), ["0 pod-1"]);
  assert.deepEqual([waiting.size, waiting.waited, waiting.expired], [0, 1, 0]);
});

test("What stays unknown goes on when its time is over, with what is known", () => {
  const { waiting, said } = newWaiting({ waitMs: 1000 });
  waiting.take(newEvent(0, "a", 1), 0);
  waiting.take(newEvent(1, "b", 1), 1);
  waiting.look(1000);
  assert.deepEqual(said(), ["0 ?"]);
  waiting.look(1001);
  assert.deepEqual(said(), ["1 ?"]);
  assert.equal(waiting.expired, 2);
});

test("It waits alone: other sockets go by, also those of the same container", () => {
  const { waiting, known, said } = newWaiting();
  known.add(2);
  waiting.take(newEvent(0, "a", 1), 0);
  waiting.take(newEvent(1, "b", 2), 0);
  known.add(1);
  waiting.take(newEvent(2, "c", 1), 0);
  assert.deepEqual(said(), ["1 pod-2", "2 pod-1"]);
});

test("A later event of a socket that waits goes behind it, even if it is known itself", () => {
  const { waiting, known, said } = newWaiting();
  known.add(2);
  waiting.take(newEvent(0, "a", 1), 0);
  waiting.take(newEvent(1, "a", 2), 10);
  assert.deepEqual(said(), []);
  waiting.look(1000);
  assert.deepEqual(said(), ["0 ?", "1 pod-2"]);
});

test("Where no wait is wished, nothing waits", () => {
  const { waiting, said } = newWaiting({ waitMs: 0 });
  waiting.take(newEvent(0, "a", 1), 0);
  assert.deepEqual(said(), ["0 ?"]);
});

test("When too many wait, the first goes on, and is counted", () => {
  const { waiting, said } = newWaiting({ max: 2 });
  for (const n of [0, 1, 2]) waiting.take(newEvent(n, `${n}`, 1), n);
  assert.deepEqual(said(), ["0 ?"]);
  assert.deepEqual([waiting.size, waiting.waited, waiting.cut], [2, 3, 1]);
});

test("At the end everything goes on", () => {
  const { waiting, said } = newWaiting();
  for (const n of [0, 1, 2]) waiting.take(newEvent(n, `${n % 2}`, 1), n);
  waiting.drain();
  assert.deepEqual(said().toSorted(), ["0 ?", "1 ?", "2 ?"]);
  assert.equal(waiting.size, 0);
});

test("Whatever comes when, every event goes on once, a socket's in their order, and never too many wait", () => {
  const step = fc.oneof(
    fc.record({ conn: fc.nat({ max: 3 }).map(String), cgroup: fc.nat({ max: 3 }) }),
    fc.record({ learn: fc.nat({ max: 3 }) }),
    fc.record({ passMs: fc.nat({ max: 700 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { waiting, known, said } = newWaiting({ max: 5 });
      const connOf: string[] = [];
      let nowMs = 0;
      for (const step of steps) {
        if ("learn" in step) known.add(step.learn);
        else if ("passMs" in step) nowMs += step.passMs;
        else waiting.take(newEvent(connOf.push(step.conn) - 1, step.conn, step.cgroup), nowMs);
        if (!("conn" in step)) waiting.look(nowMs);
        assert.ok(waiting.size <= 5);
      }
      waiting.drain();
      const order = said().map((text) => Number(text.split(" ")[0]));
      assert.deepEqual(
        order.toSorted((one, other) => one - other),
        connOf.map((_, n) => n),
      );
      for (const conn of new Set(connOf)) {
        const own = order.filter((n) => connOf[n] === conn);
        assert.deepEqual(
          own,
          own.toSorted((one, other) => one - other),
        );
      }
    }),
  );
});

test("Another time to wait holds for what comes from then on", () => {
  const { waiting, said } = newWaiting({ waitMs: 1000 });
  waiting.take(newEvent(0, "a", 1), 0);
  waiting.waitMs = 100;
  waiting.take(newEvent(1, "b", 1), 0);
  waiting.look(100);
  assert.deepEqual(said(), ["1 ?"]);
  waiting.waitMs = 0;
  waiting.take(newEvent(2, "c", 1), 100);
  waiting.take(newEvent(3, "a", 1), 100);
  assert.deepEqual(said(), ["2 ?"]);
  waiting.look(1000);
  assert.deepEqual(said(), ["0 ?", "3 ?"]);
});

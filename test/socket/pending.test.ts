import assert from "node:assert/strict";
import { test } from "node:test";
import { attempt, GIVEN_UP, OTHER, outcome, REUSED, tcpEnd, WAS_ESTABLISHED } from "./records.ts";
import { event, newLife } from "./story.ts";

const life3s = () => newLife({ pendingAfterUs: 3_000_000 });

test("an attempt without outcome is pending once, when its time is up", () => {
  const life = life3s();
  life.handle(attempt(10));
  assert.equal(life.nextDueBootUs, 3_000_010);
  assert.deepEqual(life.due(3_000_009), []);
  assert.deepEqual(life.due(3_000_010), [event("tcp.connect", 10, { result: "pending" })]);
  assert.deepEqual(life.due(9_000_000), []);
  assert.equal(life.nextDueBootUs, undefined);
});

test("the outcome of a pending attempt still comes, and so does its end", () => {
  const life = life3s();
  life.handle(attempt(10));
  life.due(3_000_010);
  assert.deepEqual(life.handle(outcome(5_000_000)), [event("tcp.connect", 10)]);
  assert.deepEqual(life.handle(tcpEnd(6_000_000, { value: WAS_ESTABLISHED })), [
    event("tcp.close", 6_000_000),
  ]);
});

test("attempts are pending in the order in which they were made", () => {
  const life = life3s();
  life.handle(attempt(10));
  life.handle(attempt(20, OTHER));
  life.handle(attempt(30, { pointer: "1", inode: "1" }));
  const conns = life.due(3_000_020).map(({ conn }) => conn);
  assert.deepEqual(conns, ["9557", "9601"]);
  assert.equal(life.nextDueBootUs, 3_000_030);
});

const SETTLED = [
  { by: "its success", record: outcome(20) },
  { by: "its failure", record: outcome(20, GIVEN_UP) },
  { by: "its socket's end", record: tcpEnd(20) },
];
for (const { by, record } of SETTLED) {
  test(`an attempt that is settled by ${by} in time is never pending`, () => {
    const life = life3s();
    life.handle(attempt(10));
    life.handle(record);
    assert.equal(life.nextDueBootUs, undefined);
    assert.deepEqual(life.due(9_000_000), []);
  });
}

test("an attempt whose memory is used again is no longer pending", () => {
  const life = life3s();
  life.handle(attempt(10));
  life.handle(attempt(20, REUSED));
  assert.equal(life.nextDueBootUs, 3_000_020);
  assert.deepEqual(life.due(9_000_000), [event("tcp.connect", 20, { conn: "9700", result: "pending" })]);
});

test("an attempt that is tried again is pending from its new beginning", () => {
  const life = life3s();
  life.handle(attempt(10));
  life.handle(outcome(20, GIVEN_UP));
  life.handle(attempt(2_000_000));
  assert.deepEqual(life.due(3_000_010), []);
  assert.equal(life.nextDueBootUs, 5_000_000);
});

test("an attempt that was evicted from the table is still pending, its only line", () => {
  const life = newLife({ maxSockets: 1 });
  life.handle(attempt(10));
  life.handle(attempt(20, OTHER));
  assert.deepEqual(life.handle(outcome(30)), []);
  assert.deepEqual(life.due(3_000_010), [event("tcp.connect", 10, { result: "pending" })]);
});

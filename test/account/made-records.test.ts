import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MadeRecords } from "../../src/account/made-records.ts";

/** Two types; `a` is made by two printfs. */
const newMade = () => new MadeRecords(["a", "b", "a"], 64);
const counts = (made: MadeRecords) => Object.fromEntries(made.byType());

test("What comes in its order has no hole, whatever CPU and printf it is from", () => {
  const made = newMade();
  for (const key of [0, 64, 1, 2, 66]) for (const number of [1, 2, 3]) made.received(key, number);
  assert.deepEqual(counts(made), { a: { made: 12, received: 12 }, b: { made: 3, received: 3 } });
  assert.equal(made.missing, 0);
});

test("A hole is a loss as soon as a later record shows it, the first ones too", () => {
  const made = newMade();
  made.received(0, 3);
  made.received(0, 4);
  made.received(0, 7);
  assert.deepEqual(counts(made)["a"], { made: 7, received: 3 });
  assert.equal(made.missing, 4);
});

const SECOND_NS = 1e9;

test("What was told is a loss when it has not come by a heartbeat of a later time", () => {
  const made = newMade();
  made.received(1, 1);
  made.told(new Map([[1, 4]]), 5 * SECOND_NS);
  assert.equal(made.missing, 0); // they may be under way
  made.received(1, 2);
  made.heard(5 * SECOND_NS); // of the time of the telling: bpftrace is behind
  assert.equal(made.missing, 0);
  made.heard(6 * SECOND_NS);
  assert.deepEqual(counts(made)["b"], { made: 4, received: 2 });
});

test("What is told while bpftrace is behind does not put off what was told before", () => {
  const made = newMade();
  for (const second of [5, 6, 7]) {
    made.told(new Map([[1, second]]), second * SECOND_NS);
    made.heard((second - 2) * SECOND_NS);
  }
  assert.equal(made.missing, 0);
  made.heard(6 * SECOND_NS);
  assert.equal(made.missing, 5);
});

test("What was told last is a loss when the program has ended without it", () => {
  const made = newMade();
  made.received(1, 1);
  made.told(new Map([[1, 3]]), 5 * SECOND_NS);
  made.told(new Map([[1, 4]]), 6 * SECOND_NS);
  made.ended();
  assert.deepEqual(counts(made)["b"], { made: 4, received: 1 });
  assert.equal(made.lost, 3);
  made.received(1, 1);
  made.ended();
  assert.deepEqual(counts(made)["b"], { made: 5, received: 2 });
});

test("A type of which nothing has come can be missing", () => {
  const made = newMade();
  made.told(new Map([[65, 2]]), SECOND_NS);
  made.ended();
  assert.deepEqual(counts(made)["b"], { made: 2, received: 0 });
});

test("Another program counts from 1 again, and what was counted before stays", () => {
  const made = newMade();
  made.received(0, 1);
  made.received(0, 3);
  made.ended();
  made.received(0, 1);
  assert.deepEqual(counts(made)["a"], { made: 4, received: 3 });
});

test("What bpftrace says it lost counts before a later record shows it, and not twice", () => {
  const made = newMade();
  made.received(0, 1);
  made.said(3);
  assert.equal(made.lost, 3);
  made.received(0, 5);
  assert.equal(made.lost, 3);
  made.received(0, 7);
  assert.equal(made.lost, 4);
  made.ended();
  assert.equal(made.lost, 4);
  made.said(2);
  made.received(1, 1);
  assert.equal(made.lost, 6);
  made.received(1, 5);
  assert.equal(made.lost, 7);
});

test("A key of no printf is nobody's", () => {
  const made = newMade();
  made.received(63, 1);
  assert.deepEqual(counts(made), { a: { made: 0, received: 0 }, b: { made: 0, received: 0 } });
});

test("Whatever is lost, the sum comes out once the program has told", () => {
  const record = fc.record({ key: fc.constantFrom(0, 1, 2, 64, 65, 66), lost: fc.boolean() });
  fc.assert(
    fc.property(fc.array(record), (records) => {
      const made = newMade();
      const numbers = new Map<number, number>();
      for (const { key, lost } of records) {
        const number = (numbers.get(key) ?? 0) + 1;
        numbers.set(key, number);
        if (!lost) made.received(key, number);
      }
      made.told(numbers, SECOND_NS);
      made.heard(2 * SECOND_NS);
      assert.equal(made.missing, records.filter(({ lost }) => lost).length);
      const total = [...made.byType().values()].reduce((sum, { made }) => sum + made, 0);
      assert.equal(total, records.length);
    }),
  );
});

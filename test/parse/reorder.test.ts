import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Reorder } from "../../src/parse/reorder.ts";

type Item = { readonly bootNs: number; readonly name: number };

/** Items in the order of coming, and after each up to when everything is said to have come. */
const arrivals = fc
  .array(fc.record({ bootNs: fc.nat({ max: 1000 }), upToNs: fc.nat({ max: 1000 }) }))
  .map((all) => all.map(({ bootNs, upToNs }, name) => ({ item: { bootNs, name }, upToNs })));

function through(reorder: Reorder<Item>, all: readonly { item: Item; upToNs: number }[]): Item[] {
  const out: Item[] = [];
  for (const { item, upToNs } of all) {
    reorder.push(item);
    out.push(...reorder.upTo(upToNs));
  }
  return [...out, ...reorder.drain()];
}

const timesOf = (items: readonly Item[]) => items.map(({ bootNs }) => bootNs);
const sorted = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);

test("where all that is older has come by the time that is said, all comes out once and in order", () => {
  fc.assert(
    fc.property(arrivals, (all) => {
      const reorder = new Reorder<Item>();
      const intime = all.map(({ item }, index) => {
        const next = Math.min(...all.slice(index + 1).map(({ item: { bootNs } }) => bootNs), 1000);
        return { item, upToNs: next };
      });
      const out = through(reorder, intime);
      assert.deepEqual(timesOf(out), sorted(timesOf(all.map(({ item }) => item))));
      assert.deepEqual(sorted(out.map(({ name }) => name)), [...all.keys()]);
      assert.equal(reorder.late, 0);
    }),
    { numRuns: 1000 },
  );
});

test("everything comes out once, however late; late is what came behind something newer that was given on", () => {
  fc.assert(
    fc.property(arrivals, (all) => {
      const reorder = new Reorder<Item>();
      const out = through(reorder, all);
      assert.deepEqual(sorted(out.map(({ name }) => name)), [...all.keys()]);
      let newest = 0;
      const behind = out.filter(({ bootNs }) => {
        newest = Math.max(newest, bootNs);
        return bootNs < newest;
      });
      assert.equal(reorder.late, behind.length);
    }),
    { numRuns: 1000 },
  );
});

test("up to a time is with that time, and the oldest of the others is told", () => {
  const reorder = new Reorder<Item>();
  assert.equal(reorder.oldestNs, undefined);
  for (const bootNs of [30, 10, 20]) reorder.push({ bootNs, name: bootNs });
  assert.equal(reorder.oldestNs, 10);
  assert.deepEqual(timesOf(reorder.upTo(9)), []);
  assert.deepEqual(timesOf(reorder.upTo(20)), [10, 20]);
  assert.equal(reorder.oldestNs, 30);
});

test("of one time they come out as they came", () => {
  const reorder = new Reorder<Item>();
  for (const name of [1, 2, 3]) reorder.push({ bootNs: 5, name });
  assert.deepEqual(
    reorder.drain().map(({ name }) => name),
    [1, 2, 3],
  );
});

test("no more than 100,000 wait: with one more the oldest tenth is given on", () => {
  const reorder = new Reorder<Item>();
  for (let bootNs = 100_000; bootNs >= 1; bootNs--) reorder.push({ bootNs, name: 0 });
  assert.deepEqual([reorder.isFull, reorder.upTo(0)], [false, []]);
  reorder.push({ bootNs: 100_001, name: 0 });
  assert.ok(reorder.isFull);
  const given = timesOf(reorder.upTo(0));
  assert.deepEqual([given.length, given[0], given.at(-1)], [10_001, 1, 10_001]);
  assert.deepEqual([reorder.isFull, reorder.oldestNs], [false, 10_002]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Reorder } from "../../src/parse/reorder.ts";

const WINDOW_MS = 100;

type Item = { readonly bootNs: number; readonly name: number };

/** Items with the time at which each comes, in the order of coming. */
const arrivals = fc
  .array(fc.record({ bootNs: fc.nat({ max: 1000 }), lateMs: fc.nat({ max: 300 }) }))
  .map((all) =>
    all.map((each, name) => ({ item: { bootNs: each.bootNs, name }, ms: each.bootNs + each.lateMs })),
  )
  .map((all) => all.toSorted((a, b) => a.ms - b.ms));

function byTime(a: Item, b: Item): number {
  return a.bootNs - b.bootNs;
}

/** Everything that comes out, with `due` asked before each arrival, and what is held to the end. */
function through(reorder: Reorder<Item>, all: readonly { item: Item; ms: number }[]): Item[] {
  const out: Item[] = [];
  for (const { item, ms } of all) {
    out.push(...reorder.due(ms));
    reorder.push(item, ms);
  }
  return [...out, ...reorder.drain()];
}

test("what comes less than the window after it happened comes out in order, everything once", () => {
  const intime = arrivals.map((all) => all.filter(({ item, ms }) => ms - item.bootNs < WINDOW_MS));
  fc.assert(
    fc.property(intime, (all) => {
      const reorder = new Reorder<Item>(WINDOW_MS);
      const out = through(reorder, all);
      assert.deepEqual(out, out.toSorted(byTime));
      assert.deepEqual(new Set(out.map(({ name }) => name)), new Set(all.map(({ item }) => item.name)));
      assert.equal(out.length, all.length);
      assert.equal(reorder.late, 0);
    }),
    { numRuns: 1000 },
  );
});

test("everything comes out once, however late; late is what came behind something newer that was given on", () => {
  fc.assert(
    fc.property(arrivals, (all) => {
      const reorder = new Reorder<Item>(WINDOW_MS);
      const out = through(reorder, all);
      assert.deepEqual(
        out.map(({ name }) => name).toSorted((a, b) => a - b),
        all.map(({ item }) => item.name).toSorted((a, b) => a - b),
      );
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

test("a burst that is read buffer by buffer after a stall comes out in order", () => {
  const reorder = new Reorder<Item>(WINDOW_MS);
  const firstBuffer = [0, 200, 400].map((bootNs) => ({ bootNs, name: 1 }));
  const secondBuffer = [100, 300, 500].map((bootNs) => ({ bootNs, name: 2 }));
  for (const item of [...firstBuffer, ...secondBuffer]) reorder.push(item, 1000);
  assert.deepEqual(reorder.due(1099), []);
  assert.deepEqual(
    reorder.due(1100).map(({ bootNs }) => bootNs),
    [0, 100, 200, 300, 400, 500],
  );
  assert.equal(reorder.late, 0);
});

test("a record is held for the window and no longer, and nextDueMs says until when", () => {
  const reorder = new Reorder<Item>(WINDOW_MS);
  assert.equal(reorder.nextDueMs, undefined);
  reorder.push({ bootNs: 5, name: 1 }, 1000);
  reorder.push({ bootNs: 6, name: 2 }, 1050);
  assert.equal(reorder.nextDueMs, 1100);
  assert.deepEqual(reorder.due(1100), [{ bootNs: 5, name: 1 }]);
  assert.equal(reorder.nextDueMs, 1150);
  assert.deepEqual(reorder.due(1150), [{ bootNs: 6, name: 2 }]);
  assert.equal(reorder.nextDueMs, undefined);
});

test("a record that comes after a later one was given on is counted, and given on", () => {
  const reorder = new Reorder<Item>(WINDOW_MS);
  reorder.push({ bootNs: 1000, name: 0 }, 0);
  assert.equal(reorder.due(100).length, 1);
  reorder.push({ bootNs: 999, name: 1 }, 101);
  assert.equal(reorder.late, 1);
  assert.deepEqual(reorder.drain(), [{ bootNs: 999, name: 1 }]);
});

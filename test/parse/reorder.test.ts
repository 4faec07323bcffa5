import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Reorder } from "../../src/parse/reorder.ts";

const WINDOW = 100;

type Item = { readonly bootNs: number; readonly name: number };

/** All that comes out, what is held to the end included. */
function through(reorder: Reorder<Item>, items: readonly Item[]): Item[] {
  return [...items.flatMap((item) => reorder.push(item)), ...reorder.drain()];
}

function named(times: readonly number[]): Item[] {
  return times.map((bootNs, name) => ({ bootNs, name }));
}

const anyItems = fc.array(fc.nat({ max: 1000 })).map(named);
/** In an order in which nothing comes a whole window after something newer. */
const nearlySorted = fc
  .array(fc.tuple(fc.nat({ max: 1000 }), fc.nat({ max: WINDOW - 1 })))
  .map((pairs) => pairs.toSorted(([a, aLate], [b, bLate]) => a + aLate - (b + bLate)))
  .map((pairs) => named(pairs.map(([bootNs]) => bootNs)));

function byTime(a: Item, b: Item): number {
  return a.bootNs - b.bootNs || a.name - b.name;
}

test("What is out of order by less than the window comes out sorted, the same times as they came", () => {
  fc.assert(
    fc.property(nearlySorted, (items) => {
      const reorder = new Reorder<Item>(WINDOW);
      assert.deepEqual(through(reorder, items), items.toSorted(byTime));
      assert.equal(reorder.late, 0);
    }),
    { numRuns: 1000 },
  );
});

test("Everything comes out once, however late; late is what came out behind something newer", () => {
  fc.assert(
    fc.property(anyItems, (items) => {
      const reorder = new Reorder<Item>(WINDOW);
      const out = through(reorder, items);
      assert.deepEqual(out.toSorted(byTime), items.toSorted(byTime));
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

test("Nothing is held once something newer by the whole window was seen", () => {
  fc.assert(
    fc.property(anyItems, (items) => {
      const reorder = new Reorder<Item>(WINDOW);
      const out = items.flatMap((item) => reorder.push(item));
      const newest = Math.max(0, ...items.map(({ bootNs }) => bootNs));
      const due = items.filter(({ bootNs }) => bootNs <= newest - WINDOW);
      assert.deepEqual(out.toSorted(byTime), due.toSorted(byTime));
      assert.equal(reorder.isEmpty, due.length === items.length);
    }),
  );
});

test("Time that passes without a record lets go of what is held", () => {
  const reorder = new Reorder<Item>(WINDOW);
  const [first, second] = named([1000, 1050]) as [Item, Item];
  assert.deepEqual(reorder.push(second), []);
  assert.deepEqual(reorder.push(first), []);
  assert.deepEqual(reorder.due(1099), []);
  assert.deepEqual(reorder.due(1100), [first]);
  assert.deepEqual(reorder.due(1149), []);
  assert.deepEqual(reorder.due(1150), [second]);
  assert.ok(reorder.isEmpty);
});

test("Time that is passed in late does not turn back what was seen", () => {
  const reorder = new Reorder<Item>(WINDOW);
  reorder.due(2000);
  assert.equal(reorder.due(1000).length, 0);
  assert.equal(reorder.push({ bootNs: 1900, name: 0 }).length, 1);
});

test("A record that comes after its time was let go of is given on at once, and counted", () => {
  const reorder = new Reorder<Item>(WINDOW);
  reorder.push({ bootNs: 1000, name: 0 });
  assert.equal(reorder.push({ bootNs: 1100, name: 1 }).length, 1);
  assert.deepEqual(reorder.push({ bootNs: 999, name: 2 }), [{ bootNs: 999, name: 2 }]);
  assert.equal(reorder.late, 1);
});

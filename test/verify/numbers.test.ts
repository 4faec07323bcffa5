import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Numbers } from "../../src/verify/numbers.ts";

/** What is missing of a set of numbers, one by one. */
function missingOf(seen: ReadonlySet<number>): number[] {
  const [least, most] = [Math.min(...seen), Math.max(...seen)];
  return Array.from({ length: most - least + 1 }, (_, index) => least + index).filter((n) => !seen.has(n));
}

test("In whatever order numbers come, and how often, the holes are those of the set", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (added) => {
      const numbers = new Numbers();
      const seen = new Set<number>();
      for (const n of added) {
        assert.equal(numbers.add(n, n * 10), !seen.has(n));
        seen.add(n);
      }
      const { count, missing, list } = numbers.holes();
      const listed = list.flatMap(({ from, to }) =>
        Array.from({ length: to - from + 1 }, (_, index) => from + index),
      );
      assert.deepEqual(listed, missingOf(seen));
      assert.equal(missing, listed.length);
      assert.equal(count, list.length);
      for (const { from, to, afterUs, beforeUs } of list)
        assert.deepEqual([afterUs, beforeUs], [(from - 1) * 10, (to + 1) * 10]);
    }),
    { numRuns: 2000 },
  );
});

test("Every other line lost for ever takes bounded memory, and all are counted", () => {
  const numbers = new Numbers();
  for (let n = 1; n <= 200_001; n += 2) numbers.add(n, n);
  assert.ok(numbers.stretches.length <= 20_000);
  const { count, missing, list } = numbers.holes();
  assert.deepEqual([count, missing], [100_000, 100_000]);
  assert.ok(list.length <= 21_000);
  assert.deepEqual(list[0], { from: 2, to: 2, afterUs: 1, beforeUs: 3 });
  assert.deepEqual(list.at(-1), { from: 200_000, to: 200_000, afterUs: 199_999, beforeUs: 200_001 });
});

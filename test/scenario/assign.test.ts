import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { assign } from "./assign.ts";

const matrices = fc
  .integer({ min: 0, max: 5 })
  .chain((n) =>
    fc.array(fc.array(fc.nat(9), { minLength: n, maxLength: n }), { minLength: n, maxLength: n }),
  );

test("The choice is one-to-one and as cheap as the cheapest of all permutations", () => {
  fc.assert(
    fc.property(matrices, (cost) => {
      const choice = assign(cost);
      assert.deepEqual([...choice].sort(), [...cost.keys()]);
      assert.equal(
        total(cost, choice),
        Math.min(...permutations([...cost.keys()]).map((p) => total(cost, p))),
      );
    }),
  );
});

function total(cost: number[][], choice: number[]): number {
  return choice.reduce((sum, column, row) => sum + (cost[row]?.[column] ?? Number.NaN), 0);
}

function permutations(of: number[]): number[][] {
  if (of.length === 0) return [[]];
  return of.flatMap((first) =>
    permutations(of.filter((each) => each !== first)).map((rest) => [first, ...rest]),
  );
}

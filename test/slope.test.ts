import assert from "node:assert/strict";
import { test } from "node:test";
import { slopeOf } from "./slope.ts";

test("Points on a line have its slope and no error", () => {
  assert.deepEqual(
    slopeOf([
      [1, 5],
      [2, 8],
      [3, 11],
    ]),
    { perX: 3, error: 0 },
  );
});

// By hand: means 1.5 and 2, spread 5, products 7, squares 0.01 + 0.09 + 0.09 + 0.01 over 2 degrees of freedom.
test("Points beside a line have the slope of least squares and its standard error", () => {
  const { perX, error } = slopeOf([
    [0, 0],
    [1, 1],
    [2, 3],
    [3, 4],
  ]);
  assert.ok(Math.abs(perX - 1.4) < 1e-12);
  assert.ok(Math.abs(error - 0.2 ** 0.5 / 10 ** 0.5) < 1e-12);
});

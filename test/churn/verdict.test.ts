import assert from "node:assert/strict";
import { test } from "node:test";
import { verdictsOf } from "./verdict.ts";

const NOISE = [0.3, -0.2, -0.3, 0.2];
const samplesOf = (mb: (minute: number) => number) =>
  Array.from({ length: 61 }, (_, index) => ({
    minute: index / 2,
    mb: { heap: mb(index / 2) + (NOISE[index % NOISE.length] as number) },
  }));

for (const [what, mb, grows] of [
  ["flat memory", () => 100, false],
  ["a table that fills for ten minutes and is full", (minute: number) => Math.min(minute, 10) * 2, false],
  ["a leak of 6 MB an hour", (minute: number) => 100 + minute / 10, true],
  ["memory that is given back", (minute: number) => 100 - minute, false],
] as const) {
  test(`Half an hour of ${what} ${grows ? "grows" : "does not grow"}`, () => {
    const [verdict] = verdictsOf(samplesOf(mb));
    assert.equal(verdict?.grows, grows, JSON.stringify(verdict));
  });
}

test("The slope is in MB an hour, after the warm-up", () => {
  const [verdict] = verdictsOf(samplesOf((minute) => 100 + minute / 10));
  assert.ok(Math.abs((verdict?.perX ?? 0) - 6) < 0.5);
  assert.equal(verdict?.firstMb, 100 + 12 / 10 + 0.3);
});

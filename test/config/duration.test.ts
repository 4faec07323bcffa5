import assert from "node:assert/strict";
import { test } from "node:test";

import { parseDuration } from "../../src/config/duration.ts";

const RANGE = { min: "100ms", max: "1h", example: "3s" };
const ANY = "write a duration from 100ms to 1h, such as `3s`";

const CASES: readonly (readonly [given: unknown, expected: number | string])[] = [
  ["100ms", 100],
  ["500ms", 500],
  ["3s", 3000],
  ["1.5s", 1500],
  ["1.1s", 1100],
  ["0.1s", 100],
  ["2m", 120_000],
  ["0.5h", 1_800_000],
  ["1h", 3_600_000],
  ["60m", 3_600_000],
  ["003s", 3000],
  [3, "write `3s`"],
  ["3", "write `3s`"],
  [0.5, "write `0.5s`"],
  [3000, "write `3000s` or `3000ms`"],
  [5000, "write `5000ms`"],
  [0, ANY],
  [-3, ANY],
  [Number.POSITIVE_INFINITY, ANY],
  ["99ms", ANY],
  ["3600.1s", ANY],
  [`${"9".repeat(1000)}h`, ANY],
  ["", ANY],
  ["3 s", ANY],
  ["3S", ANY],
  ["3sec", ANY],
  ["-3s", ANY],
  [".5s", ANY],
  ["1e3ms", ANY],
  ["1h30m", ANY],
  ["3s\n", ANY],
  [true, ANY],
  [null, ANY],
  [[3], ANY],
];

test("a duration may be nothing where the range says so", () => {
  const range = { min: "0s", max: "1m", example: "2s" };
  for (const given of ["0s", "0ms", "0.0m"]) assert.deepEqual(parseDuration(given, range), { value: 0 });
  assert.deepEqual(parseDuration(0, range), { fix: "write `0s` or `0ms`" });
});

test("a duration is a number with its unit", async (t) => {
  for (const [given, expected] of CASES) {
    await t.test(JSON.stringify(given)?.slice(0, 40), () => {
      assert.deepEqual(
        parseDuration(given, RANGE),
        typeof expected === "number" ? { value: expected } : { fix: expected },
      );
    });
  }
});

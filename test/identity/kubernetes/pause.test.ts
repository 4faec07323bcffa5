import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiFailure, type FailureKind } from "../../../src/identity/kubernetes/errors.ts";
import { pauseMs } from "../../../src/identity/kubernetes/pause.ts";
import { TIMES } from "../../../src/identity/kubernetes/times.ts";

const failure = (kind: FailureKind, retryAfterMs?: number) =>
  new ApiFailure(kind, "it failed", { retryAfterMs });
const after = (failures: number, random: number, of = failure("connection")) =>
  pauseMs(of, failures, random, TIMES);

test("Pauses double from half a second to half a minute, and chance makes up to half of each", () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 100, 5000].map((failures) => [after(failures, 0), after(failures, 1)]),
    [
      [500, 1000],
      [1000, 2000],
      [2000, 4000],
      [4000, 8000],
      [8000, 16_000],
      [15_000, 30_000],
      [15_000, 30_000],
      [15_000, 30_000],
    ],
  );
});

test("What is forbidden is tried again slowly from the first time on", () => {
  assert.deepEqual([after(1, 0, failure("forbidden")), after(9, 1, failure("forbidden"))], [30_000, 60_000]);
});

test("What the server asks for is waited for, with a little more, and not for ever", () => {
  const throttled = (retryAfterMs: number) => failure("throttled", retryAfterMs);
  assert.deepEqual(
    [after(1, 0, throttled(7000)), after(1, 1, throttled(7000)), after(9, 1, throttled(7000))],
    [7000, 7700, 30_000],
  );
  assert.equal(after(1, 0, throttled(86_400_000)), 300_000);
});

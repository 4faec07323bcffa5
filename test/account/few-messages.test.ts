import assert from "node:assert/strict";
import { test } from "node:test";
import { FewMessages } from "../../src/account/few-messages.ts";

test("Of each minute's messages the first are passed on, and then how many were not", () => {
  const passed: string[] = [];
  const messages = new FewMessages((message, keptBack) => passed.push(`${message}+${keptBack}`), 2);
  for (const [message, nowMs] of [
    ["a", 0],
    ["b", 1],
    ["c", 2],
    ["d", 59_999],
    ["e", 60_000],
    ["f", 60_001],
    ["g", 60_002],
    ["h", 200_000],
  ] as const)
    messages.take(message, nowMs);
  assert.deepEqual(passed, ["a+0", "b+0", "e+2", "f+0", "h+1"]);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { nearest } from "../../src/config/nearest.ts";

const KNOWN = ["format", "events", "log", "http", "pendingAfter", "state", "stats"];

const CASES: readonly (readonly [given: string, meant: string | undefined])[] = [
  ["evnts", "events"],
  ["eventss", "events"],
  ["evetns", "events"],
  ["avents", "events"],
  ["EVENTS", "events"],
  ["pending_after", "pendingAfter"],
  ["pending-afetr", "pendingAfter"],
  ["sttats", "stats"],
  ["staes", "stats"],
  ["lgo", "log"],
  ["https", "http"],
  ["formatting", undefined],
  ["gel", undefined],
  ["", undefined],
  ["e".repeat(1 << 20), undefined],
];

test("the nearest name is the one with the fewest mistakes, if they are few", async (t) => {
  for (const [given, meant] of CASES) {
    await t.test(given.slice(0, 20), () => assert.equal(nearest(given, KNOWN), meant));
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { alignColumns } from "./table.ts";

test("Columns are as wide as their widest cell, numbers stand to the right", () => {
  const rows = [
    ["kernel", "seen"],
    ["5.10", 7],
    ["newest", 1234],
  ];
  assert.deepEqual(alignColumns(rows), ["kernel  seen", "5.10       7", "newest  1234"]);
});

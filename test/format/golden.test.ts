import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { jsonFormatter } from "../../src/format/json.ts";
import { textFormatter } from "../../src/format/text.ts";
import { lines, OPTIONS } from "./samples.ts";

const formats = [
  ["text", textFormatter(OPTIONS)],
  ["json", jsonFormatter(OPTIONS)],
] as const;

for (const [format, formatter] of formats) {
  test(`The samples as ${format} are, to the byte, what was written down by hand`, () => {
    const golden = readFileSync(new URL(`golden/${format}.log`, import.meta.url), "utf8");
    assert.equal(lines(formatter).join(""), golden);
  });
}

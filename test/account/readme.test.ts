import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { METRICS } from "../../src/account/metrics.ts";

test("The README's table has the metrics as they are, and no other", () => {
  const text = readFileSync(new URL("../../src/account/README.md", import.meta.url), "utf8");
  const rows = text.split("\n").filter((line) => /^\| `(?:netlog|process)_/.test(line));
  assert.deepEqual(
    rows,
    METRICS.map(({ name, type, labels, field, help }) => {
      const [of, as] = [labels, field === undefined ? [] : [field]].map((names) =>
        names.map((one) => `\`${one}\``).join(", "),
      );
      return `| \`${name}\` | ${type} | ${of} | ${as} | ${help} |`;
    }),
  );
});

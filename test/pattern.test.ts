import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { patternMatcher } from "../src/pattern.ts";

test("A text fits where it fits one of the patterns", () => {
  const fits = patternMatcher(["web", "job-*"]);
  assert.deepEqual(["web", "job-1", "job-", "webs", "a-job-1", ""].map(fits), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
  assert.equal(patternMatcher([])(""), false);
});

test("Any two texts with a star between them, or none, fit as the regular expression of the same meaning says", () => {
  const text = fc.string({ unit: "binary", maxLength: 10 });
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 4 }),
      text,
      fc.nat({ max: 20 }),
      (pieces, other, cut) => {
        const pattern = pieces.join("*");
        const expected = new RegExp(`^${pattern.split("*").map(RegExp.escape).join("[^]*")}$`);
        for (const candidate of [pieces.join(other), pieces.join(other).slice(cut), other])
          assert.equal(
            patternMatcher([pattern])(candidate),
            expected.test(candidate),
            `${pattern} ${candidate}`,
          );
      },
    ),
    { numRuns: 3000 },
  );
});

test("Stars by the hundred over a long text that nearly fits come to an end", () => {
  const fits = patternMatcher([`${"a*".repeat(150)}c`]);
  assert.equal(fits(`${"a".repeat(100_000)}b`), false);
  assert.equal(fits(`${"a".repeat(100_000)}c`), true);
});

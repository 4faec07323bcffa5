import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { labelFilter } from "../../src/identity/labels.ts";
import type { Label } from "../../src/origin.ts";

/** The keys of these that a choice takes. */
function chosen(include: string[], exclude: string[], keys: readonly string[]): string[] {
  const labels = keys.map((key): Label => [key, `value of ${key}`]);
  return labelFilter({ include, exclude })(labels).map(([key, value]) => {
    assert.equal(value, `value of ${key}`);
    return key;
  });
}

const FITS: readonly (readonly [pattern: string, fits: string[], fitsNot: string[]])[] = [
  ["team", ["team"], ["teams", "a-team", "Team", ""]],
  ["*", ["team", "example.com/team", ""], []],
  ["**", ["team", ""], []],
  [
    "example.com/*",
    ["example.com/team", "example.com/", "example.com/a/b"],
    ["example.com", "a.example.com/b"],
  ],
  ["*/name", ["example.com/name", "/name"], ["name", "example.com/names"]],
  [
    "*.cattle.io/*",
    ["field.cattle.io/projectId", "a.b.cattle.io/c"],
    ["cattle.io/c", "cattle.io", "xcattle.io/c"],
  ],
  // Neither end may be used twice.
  ["a*a", ["aa", "aba", "aaa"], ["a", "ab", "ba"]],
  ["ab*ab", ["abab", "abxab", "ababab"], ["ab", "aba", "abb"]],
  ["a*b*c", ["abc", "axbxc", "abbc", "abcbc"], ["ac", "acb", "ab"]],
  ["*ab*ba*", ["abba", "xabxbax"], ["aba", "baab"]],
  // Only the star means something else than itself.
  ["a.b", ["a.b"], ["axb"]],
  ["a_b-*", ["a_b-c"], ["a-b-c"]],
];

for (const [pattern, fits, fitsNot] of FITS) {
  test(`The pattern ${pattern} takes what it should, and leaves out the same`, () => {
    const keys = [...fits, ...fitsNot];
    assert.deepEqual(chosen([pattern], [], keys), fits.toSorted());
    assert.deepEqual(chosen(["*"], [pattern], keys), fitsNot.toSorted());
  });
}

test("What is excluded is left out whatever includes it", () => {
  assert.deepEqual(chosen(["a*", "b"], ["ab", "b*"], ["a", "ab", "abc", "b", "c"]), ["a", "abc"]);
});

test("Nothing is taken where nothing is included", () => {
  assert.deepEqual(chosen([], [], ["a", "b"]), []);
});

test("Labels come in the order of their keys, capitals first, from a list or a Map", () => {
  const labels: Label[] = [
    ["b", "1"],
    ["a/b", "2"],
    ["__proto__", "3"],
    ["a", "4"],
    ["B", "5"],
    ["a.b", "6"],
  ];
  const before = structuredClone(labels);
  const sorted = ["B", "__proto__", "a", "a.b", "a/b", "b"];
  const filter = labelFilter({ include: ["*"], exclude: [] });
  const keys = (from: Iterable<Label>) => filter(from).map(([key]) => key);
  assert.deepEqual(keys(labels), sorted);
  assert.deepEqual(keys(new Map(labels)), sorted);
  assert.deepEqual(labels, before);
});

test("A pattern means what the regular expression of the same meaning does", () => {
  const text = fc.string({ unit: fc.constantFrom(..."ab/."), maxLength: 12 });
  const pattern = fc.string({ unit: fc.constantFrom(..."ab/.**"), maxLength: 8 });
  fc.assert(
    fc.property(pattern, text, (pattern, key) => {
      const pieces = pattern.split("*").map((piece) => piece.replaceAll(".", "\\."));
      const expected = new RegExp(`^${pieces.join(".*")}$`).test(key) ? [key] : [];
      assert.deepEqual(chosen([pattern], [], [key]), expected);
    }),
    { numRuns: 5000 },
  );
});

test("A hundred patterns full of stars do not take long over a thousand long keys that nearly fit", () => {
  const include = Array.from({ length: 100 }, (_, index) => `${"a*".repeat(150)}c*${index}`);
  const keys = Array.from({ length: 1000 }, (_, index) => `${"a".repeat(316)}b${index}`);
  const start = performance.now();
  assert.deepEqual(chosen(include, [], keys), []);
  // By trying all ways to divide a key among the stars the first one alone would take longer than the sun.
  assert.ok(performance.now() - start < 10_000);
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { configKeys } from "./config-schema.ts";
import { CHART } from "./render.ts";
import { readmes, valuesOf, valuesYaml } from "./values-table.ts";

const values = valuesOf(valuesYaml());

test("Each key of the configuration is refused at the top of the values", () => {
  const template = readFileSync(join(CHART, "templates/_refuse.tpl"), "utf8");
  const [, list = ""] = /range \$key := list ((?:"\w+" ?)+)-\}\}\n\{\{- if hasKey/.exec(template) ?? [];
  assert.deepEqual(list.match(/\w+/g)?.toSorted(), configKeys().toSorted());
});

test("README.md's table has each value with its default and the comment above it", () => {
  const { is, shouldBe } = readmes();
  assert.equal(is, shouldBe);
});

test("Each value has a description, and each key of values.yaml belongs to one value", () => {
  for (const { key, description } of values) assert.match(description, /^\S.{10,}/, key);
  const described = new Set(values.map(({ key }) => key));
  const undescribed = (tree: unknown, path: string): readonly string[] => {
    if (described.has(path)) return [];
    if (typeof tree !== "object" || tree === null || Object.keys(tree).length === 0) return [path];
    return Object.entries(tree).flatMap(([key, below]) =>
      undescribed(below, path === "" ? key : `${path}.${key}`),
    );
  };
  assert.deepEqual(undescribed(parse(valuesYaml()), ""), []);
});

test("A value is a scalar, a list, an empty map, or a map whose keys have no comments of their own", () => {
  const text = `# Of the file.

# One.
one: 1
# Of two's keys.
two:
  # Two,
  # three.
  three: {}
  four:
    # Five.
    five: [a]
# Six.
six:
  seven: 7
  eight:
    - 8
`;
  assert.deepEqual(valuesOf(text), [
    { key: "one", standard: 1, description: "One." },
    { key: "two.three", standard: {}, description: "Two, three." },
    { key: "two.four.five", standard: ["a"], description: "Five." },
    { key: "six", standard: { seven: 7, eight: [8] }, description: "Six." },
  ]);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { parseConfig } from "../../src/config.ts";

const parse = (text: string) => parseConfig(text, "c", {});

/** Each text with the lines of its message, without the file name. */
const REFUSED: readonly (readonly [title: string, text: string, ...message: string[]])[] = [
  ["a tab", "http:\n\tlisten: ''", "2:1: a tab in the indentation; write spaces"],
  [
    "two documents",
    "format: text\n---\nformat: json\n",
    "2:1: a second YAML document begins here; keep one and remove the `---` between them",
  ],
  [
    "a forgotten colon",
    "format\nevents: []",
    "1:1: a key must stand on one line with its colon; write `key: value`, with a space after the colon",
  ],
  [
    "an address without quotes",
    "http:\n  listen: [::1]:9464",
    "2:16: not expected here; remove it, or put the whole value in quotes",
  ],
  ["an open quote", "format: 'text", "1:14: not valid YAML: Missing closing 'quote"],
  ["a list as key", "[a]: 1", "1:1: a key must be a word; write `key: value`"],
  [
    "an unknown tag",
    "format: !json text",
    "1:9: a tag that is not known here; remove the word that begins with `!`",
  ],
  [
    "an alias without anchor",
    "format: *a",
    "1:9: no anchor `&a` before this alias; write the value out, in quotes where its `*` is meant",
  ],
  [
    "a star without quotes",
    "labels: { pod: { include: [*] } }",
    '1:28: a `*` begins an alias; where it is meant, write it in quotes: "*"',
  ],
  [
    "a pattern without quotes",
    "labels: { namespace: { exclude: [*.cattle.io/*] } }",
    "1:34: no anchor `&.cattle.io/*` before this alias; write the value out, in quotes where its `*` is meant",
  ],
  [
    "two mistakes",
    "format: *a\nlog: *b",
    "1:9: no anchor `&a` before this alias; write the value out, in quotes where its `*` is meant",
    "2:6: no anchor `&b` before this alias; write the value out, in quotes where its `*` is meant",
  ],
  [
    "nesting",
    "[".repeat(1 << 20),
    "1:41: nested deeper than a configuration can be; is this the right file?",
  ],
  [
    "a megabyte of keys",
    Array.from({ length: 120_000 }, (_, index) => `k${index}:`).join("\n"),
    "25001:1: longer than a configuration can be; is this the right file?",
  ],
];

test("what is not YAML of the simple kind is refused", async (t) => {
  for (const [title, text, ...lines] of REFUSED) {
    const message = lines.map((line) => `c:${line}`).join("\n");
    await t.test(title, () => assert.throws(() => parse(text), { name: "ConfigError", message }));
  }
});

test("aliases that expand to a multiple of themselves are refused", () => {
  const laughs = ["a0: &a0 [x]"];
  for (let level = 1; level < 12; level++) {
    laughs.push(`a${level}: &a${level} [${`*a${level - 1}, `.repeat(9)}]`);
  }
  assert.throws(
    () => parse(laughs.join("\n")),
    /^ConfigError: c:1:1: aliases cannot be followed \(Excessive alias count/,
  );
});

test("a list that contains itself is shown as a list", () => {
  assert.throws(() => parse("format: &a [*a]"), {
    message: "c:1:12: `format` is a list; write text or json",
  });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Pair, parseLogfmt } from "./logfmt.ts";

const CASES: readonly [text: string, pairs: readonly Pair[]][] = [
  [
    "a=b c=d",
    [
      ["a", "b"],
      ["c", "d"],
    ],
  ],
  [
    'ns.app.kubernetes.io/name=web tier=""',
    [
      ["ns.app.kubernetes.io/name", "web"],
      ["tier", ""],
    ],
  ],
  [
    "bare key=",
    [
      ["bare", true],
      ["key", true],
    ],
  ],
  [
    String.raw`a="say \"hi\" \\ \n\t" b=c`,
    [
      ["a", 'say "hi" \\ \n\t'],
      ["b", "c"],
    ],
  ],
  [String.raw`a="\x1b\u202e\xff"`, [["a", "\u001b\u202e\u00ff"]]],
  [String.raw`a="\udb40\udc01"`, [["a", "\u{e0001}"]]],
  [String.raw`a="one\x00two"`, [["a", "one"]]],
  ['a="open b=c', [["a", "open b=c"]]],
  [
    '"a=b"=c',
    [
      ["a", "b"],
      ["c", true],
    ],
  ],
];

for (const [text, pairs] of CASES) {
  test(`The model of Fluent Bit's logfmt takes ${text}`, () => assert.deepEqual(parseLogfmt(text), pairs));
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { quoteValue, safeJson } from "../../src/format/escape.ts";
import { writeName } from "../../src/format/name.ts";

/** The longest unit name that systemd takes, 255 characters, with as many escaped bytes as it can hold. */
const UNIT = `${"\\x2d".repeat(61)}abc.service`;

const WHOLE: readonly (readonly [what: string, name: string, text: string])[] = [
  ["the longest name of Kubernetes", "a.b-".repeat(63), "a.b-".repeat(63)],
  ["the longest unit", UNIT, `"${"\\\\x2d".repeat(61)}abc.service"`],
  ["512 bytes", "a".repeat(512), "a".repeat(512)],
  ["510 bytes and quotes", " ".repeat(510), `"${" ".repeat(510)}"`],
  ["nothing", "", '""'],
  ["half a character", "a\ud83d", '"a\ufffd"'],
];

for (const [what, name, written] of WHOLE) {
  test(`A name of ${what} is written whole`, () => assert.equal(writeName(name, quoteValue), written));
}

/** 512 bytes less two quotes and the three bytes of the mark are 507. */
const CUT: readonly (readonly [what: string, name: string, text: string])[] = [
  ["513 letters", "a".repeat(513), `"${"a".repeat(507)}…"`],
  ["511 spaces", " ".repeat(511), `"${" ".repeat(507)}…"`],
  ["65,536 letters", "a".repeat(65_536), `"${"a".repeat(507)}…"`],
  ["line feeds, of two bytes", "\n".repeat(300), `"${"\\n".repeat(253)}…"`],
  ["control characters, of four bytes", "\u001b".repeat(300), `"${"\\x1b".repeat(126)}…"`],
  ["turned direction, of six bytes", "\u202e".repeat(300), `"${"\\u202e".repeat(84)}…"`],
  ["bees, of four bytes and two units", "🐝".repeat(300), `"${"🐝".repeat(126)}…"`],
  ["bees behind a letter", `a${"🐝".repeat(300)}`, `"a${"🐝".repeat(126)}…"`],
  ["half bees", "\ud83d".repeat(300), `"${"\ufffd".repeat(169)}…"`],
];

for (const [what, name, written] of CUT) {
  test(`A name of ${what} is cut to what takes 512 bytes, with a mark`, () => {
    assert.equal(writeName(name, quoteValue), written);
  });
}

test("In JSON the quotes count from the beginning", () => {
  assert.equal(writeName("a".repeat(510), safeJson), `"${"a".repeat(510)}"`);
  assert.equal(writeName("a".repeat(511), safeJson), `"${"a".repeat(507)}…"`);
  assert.equal(writeName("\u001b".repeat(86), safeJson), `"${"\\u001b".repeat(84)}…"`);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeComm, encodeComm } from "../src/comm.ts";
import { commBytes } from "./format/arbitrary.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function fromUtf8(bytes: string): string | undefined {
  try {
    return strict.decode(Buffer.from(bytes, "latin1"));
  } catch {
    return undefined;
  }
}

const cases = [
  ["ASCII", "nginx", "nginx"],
  ["nothing", "", ""],
  ["controls", "a\n\x1b\x7f", "a\n\x1b\x7f"],
  ["two bytes that are one character", "caf\xc3\xa9", "café"],
  ["four bytes that are one character", "\xf0\x9f\x90\x9d", "\u{1f41d}"],
  ["a byte order mark", "\xef\xbb\xbfa", "\ufeffa"],
  ["U+FFFF", "\xef\xbf\xbf", "\uffff"],
  ["U+FFFD that was really there", "\xef\xbf\xbd", "\ufffd"],
  ["Latin 1", "na\xefve", "na\udcefve"],
  ["a character cut short", "a\xf0\x9f\x90", "a\udcf0\udc9f\udc90"],
  ["a continuation without a beginning", "\x80\xbf", "\udc80\udcbf"],
  ["an overlong slash", "\xc0\xaf", "\udcc0\udcaf"],
  ["a surrogate in three bytes", "\xed\xb2\x80", "\udced\udcb2\udc80"],
  ["beyond Unicode", "\xf4\x90\x80\x80", "\udcf4\udc90\udc80\udc80"],
  ["a character behind half of one", "\xe2\x82\xc3\xa9", "\udce2\udc82é"],
] as const;

for (const [what, bytes, text] of cases) {
  test(`The name of ${what} is text, and its bytes again`, () => {
    assert.equal(decodeComm(bytes), text);
    assert.equal(encodeComm(text).toString("latin1"), bytes);
  });
}

test("Every name of two bytes of which the first is not ASCII comes back", () => {
  for (let code = 0x8000; code < 0x1_0000; code++) {
    const bytes = String.fromCharCode(code >> 8, code & 0xff);
    assert.equal(encodeComm(decodeComm(bytes)).toString("latin1"), bytes);
    assert.equal(decodeComm(bytes).isWellFormed(), fromUtf8(bytes) !== undefined);
  }
});

test("Any name comes back to the byte", () => {
  fc.assert(
    fc.property(commBytes, (bytes) => {
      assert.equal(encodeComm(decodeComm(bytes)).toString("latin1"), bytes);
    }),
    { numRuns: 3000 },
  );
});

test("A name is UTF-8 where it is that; where it is not, it is no well-formed text", () => {
  fc.assert(
    fc.property(commBytes, (bytes) => {
      const text = decodeComm(bytes);
      assert.equal(text.isWellFormed() ? text : undefined, fromUtf8(bytes));
    }),
    { numRuns: 3000 },
  );
});

test("Two different names are different text", () => {
  fc.assert(
    fc.property(commBytes, commBytes, (one, other) => {
      assert.equal(decodeComm(one) === decodeComm(other), one === other);
    }),
  );
});

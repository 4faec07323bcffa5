/** A key and its value; a bare key has `true`. */
export type Pair = readonly [key: string, value: string | true];

const UNITS: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
  v: "\v",
  a: "\u0007",
};

/**
 * What Fluent Bit's parser of format logfmt makes of a text, as read in its source and tried with 5.1.1. A key is
 * any characters above the space but `=` and `"`, and so is a bare value; a value in quotes ends at the first quote
 * that no backslash stands before. Whatever else stands between pairs is passed over, so a text that is no logfmt
 * is taken apart as well: a test has to compare all pairs.
 */
export function parseLogfmt(text: string): Pair[] {
  const pairs: Pair[] = [];
  for (const { groups } of text.matchAll(
    /(?<key>[^\0-\x20="]+)(?<equals>=(?:"(?<quoted>(?:[^"\\]|\\[\s\S])*)"?|(?<bare>[^\0-\x20="]*)))?/gu,
  )) {
    const { key = "", quoted, bare = "" } = groups ?? {};
    if (quoted !== undefined) pairs.push([key, unescaped(quoted)]);
    else pairs.push([key, bare === "" ? true : bare]);
  }
  return pairs;
}

/**
 * `\xHH` becomes the character U+00HH, also where netlog meant a byte; a pair of `\uHHHH` two characters, one for
 * each half, which are one again in a string of JavaScript. The value is a C string: it ends before a NUL.
 */
function unescaped(text: string): string {
  const whole = text.replace(
    /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|([\s\S]))/gu,
    (_, byte: string | undefined, unit: string | undefined, short: string) => {
      const hex = byte ?? unit;
      return hex === undefined ? (UNITS[short] ?? short) : String.fromCharCode(Number.parseInt(hex, 16));
    },
  );
  return whole.split("\0", 1)[0] as string;
}

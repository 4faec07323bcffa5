const SHORT: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

/** One character between the quotes, or one escape: the grammar's `quoted` (../format/README.md). */
const CHARACTER = String.raw`[^"\\\p{C}\p{Zl}\p{Zp}]`;
const ESCAPE = String.raw`\\(?:["\\nrt]|x[0-9a-f]{2}|u[0-9a-f]{4})`;

/** The source of a regular expression (flag `u`) for text in quotes; it never has two ways to go. */
export const QUOTED = `"(?:${CHARACTER}|${ESCAPE})*"`;

/** The text that is meant by a value, bare or as `QUOTED`; a byte that is no character is the lone surrogate U+DCNN. */
export function unquote(value: string): string {
  if (!value.startsWith('"')) return value;
  return value.slice(1, -1).replace(/\\(?:x(..)|u(....)|(.))/g, (_, byte, unit, short) => {
    if (unit !== undefined) return String.fromCharCode(Number.parseInt(unit, 16));
    if (byte === undefined) return SHORT[short] as string;
    const code = Number.parseInt(byte, 16);
    return String.fromCharCode(code < 0x80 ? code : 0xdc00 + code);
  });
}

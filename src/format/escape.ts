/** Control, format, unassigned, private, surrogate and invisible characters, and all spaces but the one of ASCII. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

const BARE_NAME = /^[A-Za-z0-9_.+:@/()~-][A-Za-z0-9_.+:@/()~# -]*$/;
const BARE_VALUE = /^[!#-<>-[\]-~]+$/;

/** A process name, bare where it is an ordinary one, else in quotes. */
export function quoteName(name: string): string {
  return BARE_NAME.test(name) ? name : quote(name);
}

/** A value of a key=value pair, bare or in quotes as logfmt readers expect. */
export function quoteValue(value: string): string {
  return BARE_VALUE.test(value) ? value : quote(value);
}

/** JSON text in which nothing can colour a terminal, break a line or turn its direction. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value).replace(UNSAFE, escapeUtf16);
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&").replace(UNSAFE, escapeCharacter)}"`;
}

/** `\n`, `\r`, `\t`; `\xNN` for other ASCII and for a byte that is no character; `\uNNNN` for the rest. */
function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 0x0a) return "\\n";
  if (code === 0x0d) return "\\r";
  if (code === 0x09) return "\\t";
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  if (character.length === 1 && code >= 0xdc80 && code <= 0xdcff) return `\\x${hex(code - 0xdc00, 2)}`;
  return escapeUtf16(character);
}

function escapeUtf16(character: string): string {
  return character.replace(/[\s\S]/g, (unit) => `\\u${hex(unit.charCodeAt(0), 4)}`);
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}

const LENGTH = 40;

/** A value as a message shows it: on one line, short, and told apart by type (`"3"` is text, `3` a number). */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (typeof value === "string") return JSON.stringify(shortened(value));
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (value instanceof Uint8Array) return "binary data";
  if (typeof value === "object") return "a mapping";
  return String(value);
}

/** A key or flag as a message shows it. */
export function named(name: string): string {
  return `\`${shortened(name)}\``;
}

/**
 * Text that a terminal shows as it stands: everything invisible is escaped. That is Unicode's "other"
 * category (control characters, but also the marks that turn the writing direction around) and the line
 * separators.
 */
export function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    const hex = character.codePointAt(0)?.toString(16) ?? "";
    return hex.length <= 2 ? `\\x${hex.padStart(2, "0")}` : `\\u{${hex}}`;
  });
}

function shortened(text: string): string {
  // Cut by units first: the text may be a megabyte long, and a character has at most two.
  const characters = [...text.slice(0, 2 * (LENGTH + 1))];
  return characters.length > LENGTH ? `${characters.slice(0, LENGTH).join("")}…` : text;
}

import type { Label } from "../origin.ts";

/** Patterns of keys, in which `*` stands for any characters. */
export type LabelPatterns = { readonly include: readonly string[]; readonly exclude: readonly string[] };

/**
 * Picks the labels whose key fits a pattern of `include` and none of `exclude`, in the order of their keys (by
 * UTF-16 units, so that it is the same everywhere). A Map of keys to values can be given as it is.
 */
export function labelFilter({
  include,
  exclude,
}: LabelPatterns): (labels: Iterable<Label>) => readonly Label[] {
  const isIncluded = matcher(include);
  const isExcluded = matcher(exclude);
  return (labels) =>
    Array.from(labels)
      .filter(([key]) => isIncluded(key) && !isExcluded(key))
      .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
}

function matcher(patterns: readonly string[]): (key: string) => boolean {
  const exact = new Set(patterns.filter((pattern) => !pattern.includes("*")));
  const wild = patterns.filter((pattern) => pattern.includes("*")).map((pattern) => pattern.split("*"));
  return (key) => exact.has(key) || wild.some((pieces) => fits(key, pieces));
}

/**
 * Whether a key begins with the first piece, ends with the last, and has the others in between, in this order.
 * Each piece is taken where it comes first, which leaves the most to those behind it: nothing is tried twice.
 */
function fits(key: string, pieces: readonly string[]): boolean {
  const first = pieces[0] ?? "";
  const last = pieces.at(-1) ?? "";
  const end = key.length - last.length;
  if (first.length > end || !key.startsWith(first) || !key.endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = key.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return at <= end;
}

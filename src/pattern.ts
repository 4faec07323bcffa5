/**
 * Whether a text fits one of these patterns, in which `*` stands for any characters, also for none. It takes time in
 * proportion to the text, however many stars there are.
 */
export function patternMatcher(patterns: readonly string[]): (text: string) => boolean {
  const exact = new Set(patterns.filter((pattern) => !pattern.includes("*")));
  const wild = patterns.filter((pattern) => pattern.includes("*")).map((pattern) => pattern.split("*"));
  return (text) => exact.has(text) || wild.some((pieces) => fits(text, pieces));
}

/**
 * Whether a text begins with the first piece, ends with the last, and has the others in between, in this order.
 * Each piece is taken where it comes first, which leaves the most to those behind it: nothing is tried twice.
 */
function fits(text: string, pieces: readonly string[]): boolean {
  const first = pieces[0] ?? "";
  const last = pieces.at(-1) ?? "";
  const end = text.length - last.length;
  if (first.length > end || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return at <= end;
}

/**
 * The known name that a misspelt one most likely means, or undefined when none is near: about one mistake in
 * three characters is allowed, and case, `-`, `_` and `.` do not count.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const given = plain(name);
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const wanted = plain(candidate);
    const allowed = Math.max(1, Math.floor(wanted.length / 3));
    // Also keeps a name of a megabyte away from the table below.
    if (Math.abs(wanted.length - given.length) > allowed) continue;
    const distance = damerauLevenshtein(given, wanted);
    if (distance <= allowed && distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** A name without what people vary when they remember it only by sound. */
export function plain(name: string): string {
  return name.toLowerCase().replace(/[-_.]/g, "");
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other. */
function damerauLevenshtein(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}

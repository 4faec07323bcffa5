import type { Label } from "../origin.ts";
import { patternMatcher } from "../pattern.ts";

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
  const isIncluded = patternMatcher(include);
  const isExcluded = patternMatcher(exclude);
  return (labels) =>
    Array.from(labels)
      .filter(([key]) => isIncluded(key) && !isExcluded(key))
      .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
}

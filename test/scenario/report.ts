import type { Outcome } from "./against-netlog.ts";

/** An outcome in a few lines for the reader of a test's report. */
export function report({
  probes,
  expected,
  seen,
  missing,
  extra,
  excused,
  inferred,
  skipped,
}: Outcome): string[] {
  return [
    `probes: ${probes}`,
    `expected ${expected}, seen ${seen}, missing ${missing.length}, extra ${extra.length}`,
    ...excused.map((line) => `documented as not seen: ${line}`),
    ...inferred.map((line) => `inferred, as documented: ${line}`),
    ...byReason(skipped).map((line) => `not done on this machine: ${line}`),
  ];
}

/** `CASE: REASON` and `CASE: REASON` as `CASE, CASE: REASON`. */
function byReason(skipped: readonly string[]): string[] {
  const parts = skipped.map((each) => [each.slice(0, each.indexOf(": ")), each.slice(each.indexOf(": "))]);
  const groups = Map.groupBy(parts, ([, reason]) => reason);
  return [...groups].map(([reason, cases]) => `${cases.map(([name]) => name).join(", ")}${reason}`);
}

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
    ...skipped.map((reason) => `not done on this machine: ${reason}`),
  ];
}

import type { KernelName } from "./build/kernel.ts";

/** The cases of the scenario that a kernel cannot do, for the reason that each of them gives. On all others they are done. */
export const NOT_DONE: Readonly<Record<KernelName, readonly string[]>> = {
  "5.10": [],
  "6.1": [],
  "6.12": [],
  newest: [],
};

/** The cases that the machine could not do, in the order of their names. */
export function skippedCases({ skipped }: { readonly skipped: readonly string[] }): string[] {
  return skipped.map((each) => each.slice(0, each.indexOf(": "))).sort();
}

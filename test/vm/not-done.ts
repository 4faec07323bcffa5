import type { KernelName } from "./build/kernel.ts";

/** Debian's cloud kernel 5.10 has no MPTCP: "Protocol not supported". */
const MPTCP = [
  ...["mptcp-mapped", "mptcp4", "mptcp4-aborted-by-close", "mptcp4-aborted-by-unspec", "mptcp4-client-only"],
  ...[
    "mptcp4-end-sigkill",
    "mptcp4-end-unspec",
    "mptcp4-end-unspec-then-connected",
    "mptcp4-never-connected",
  ],
  ...["mptcp4-refused", "mptcp4-server-only", "mptcp4-unreachable-at-once", "mptcp4-without-data"],
  ...["mptcp6", "mptcp6-client-only", "mptcp6-server-only"],
];

/** 5.10 has no Landlock, 6.1's knows no network (from version 4 on). */
const LANDLOCK = "denied-by-landlock";

/** The cases of the scenario that a kernel cannot do, for the reason that each of them gives. On all others they are done. */
export const NOT_DONE: Readonly<Record<KernelName, readonly string[]>> = {
  "5.10": [LANDLOCK, ...MPTCP],
  "6.1": [LANDLOCK],
  "6.12": [],
  newest: [],
};

/** The cases that the machine could not do, in the order of their names. */
export function skippedCases({ skipped }: { readonly skipped: readonly string[] }): string[] {
  return skipped.map((each) => each.slice(0, each.indexOf(": "))).sort();
}

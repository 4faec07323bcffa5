import { TICK_MS } from "../parse/reorder.ts";
import { isAtLeast, type Version } from "./version.ts";

/** From here on the CPUs have one buffer in common; before, each has one of its own. */
const ONE_BUFFER = [0, 18] as const;

/**
 * Where what bpftrace gives out is not in the order of time: has each CPU say ten times a second that it has reported
 * everything up to then.
 */
export function tick(
  program: string,
  bpftrace: Version,
): { readonly program: string; readonly isOrdered: boolean } {
  if (isAtLeast(bpftrace, ONE_BUFFER)) return { program, isOrdered: true };
  const ticks = `\nprofile:ms:${TICK_MS} { printf("tick %d %llu\\n", cpu, nsecs); }\n`;
  return { program: program + ticks, isOrdered: false };
}

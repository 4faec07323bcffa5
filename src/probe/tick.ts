import { TICK_MS } from "../probe-record.ts";
import { isAtLeast, type Version } from "./version.ts";

/** From here on the CPUs have one buffer in common; before, each has one of its own. */
const ONE_BUFFER = [0, 18] as const;

/** What makes a record, in the program of src/probe/number-records.ts. */
const MAKES = "@made[$made]++;";

const TICK = 'printf("tick %d %llu\\n", cpu, nsecs);';

/**
 * Where what bpftrace gives out is not in the order of time: has each CPU say that it has reported everything up to then,
 * ten times a second while any of them makes records, and else once, for each tick wakes two processes.
 */
export function tick(
  program: string,
  bpftrace: Version,
): { readonly program: string; readonly isOrdered: boolean } {
  if (isAtLeast(bpftrace, ONE_BUFFER)) return { program, isOrdered: true };
  const ticks = `
profile:s:1 { ${TICK} }
profile:ms:${TICK_MS} { if (nsecs - @busy < ${3 * TICK_MS}000000) { ${TICK} } }
`;
  return { program: program.replaceAll(MAKES, `${MAKES} @busy = nsecs;`) + ticks, isOrdered: false };
}

import type { EventKind } from "../event.ts";
import { type Bpftrace, findBpftrace } from "./bpftrace.ts";
import { type ChosenProbe, chooseProbes } from "./choose.ts";
import { inspectKernel, type Kernel, thisMachine } from "./kernel.ts";
import { readScripts } from "./script.ts";

/** All that is needed to start bpftrace. */
export type PreparedProbes = {
  readonly bpftrace: Bpftrace;
  readonly kernel: Kernel;
  readonly chosen: readonly ChosenProbe[];
};

/**
 * Looks at this machine and chooses the probes for these kinds of event.
 * @throws the ProbeError that says what is in the way
 */
export async function prepareProbes(
  events: Iterable<EventKind>,
  bpftracePath: string,
): Promise<PreparedProbes> {
  const [bpftrace, kernel, scripts] = await Promise.all([
    findBpftrace(bpftracePath),
    inspectKernel(thisMachine()),
    readScripts(new URL("../../probes/", import.meta.url)),
  ]);
  const chosen = chooseProbes(events, { kernel, bpftrace: bpftrace.version }, scripts);
  return { bpftrace, kernel, chosen };
}

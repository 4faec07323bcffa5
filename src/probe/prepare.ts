import { type Bpftrace, findBpftrace } from "./bpftrace.ts";
import type { Sight } from "./catalog.ts";
import type { CgroupPlace } from "./cgroup-scripts.ts";
import { type ChosenProbe, chooseProbes } from "./choose.ts";
import { inspectKernel, type Kernel, thisMachine } from "./kernel.ts";
import { readScripts } from "./script.ts";

/** All that is needed to start bpftrace. */
export type PreparedProbes = {
  readonly bpftrace: Bpftrace;
  readonly kernel: Kernel;
  readonly chosen: readonly ChosenProbe[];
  /** The control group whose tasks' sockets are wanted; undefined: everybody's. */
  readonly scope?: CgroupPlace;
};

/**
 * Looks at this machine and chooses the probes for what is to be seen.
 * @throws the ProbeError that says what is in the way
 */
export async function prepareProbes(sights: Iterable<Sight>, bpftracePath: string): Promise<PreparedProbes> {
  const scripts = await readScripts(new URL("../../probes/", import.meta.url));
  const wanted = new Set([...scripts.values()].flatMap(({ functions, fexits }) => [...functions, ...fexits]));
  const [bpftrace, kernel] = await Promise.all([
    findBpftrace(bpftracePath),
    inspectKernel(thisMachine(), [...wanted]),
  ]);
  const chosen = chooseProbes(sights, { kernel, bpftrace: bpftrace.version }, scripts);
  return { bpftrace, kernel, chosen };
}

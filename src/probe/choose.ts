import type { EventKind } from "../event.ts";
import { PROBES, type Probe, type ProbeVariant } from "./catalog.ts";
import { NoProbeError } from "./errors.ts";
import type { Kernel } from "./kernel.ts";
import type { ProbeScript } from "./script.ts";
import { isAtLeast, type Version } from "./version.ts";

/** A script that will be used, and why those before it in the catalog will not. */
export type ChosenProbe = { readonly script: ProbeScript; readonly passedOver: readonly string[] };

/**
 * For each kind of event the scripts that this kernel and this bpftrace can run, each once.
 * @throws NoProbeError where a kind has none
 */
export function chooseProbes(
  events: Iterable<EventKind>,
  machine: { readonly kernel: Kernel; readonly bpftrace: Version },
  scripts: ReadonlyMap<string, ProbeScript>,
): ChosenProbe[] {
  const chosen = new Map<string, ChosenProbe>();
  for (const event of events) {
    for (const probe of PROBES[event]) {
      chosen.set(probe.subject, chooseVariant(event, probe, machine, scripts));
    }
  }
  return [...chosen.values()];
}

function chooseVariant(
  event: EventKind,
  probe: Probe,
  machine: { readonly kernel: Kernel; readonly bpftrace: Version },
  scripts: ReadonlyMap<string, ProbeScript>,
): ChosenProbe {
  const passedOver: string[] = [];
  for (const variant of probe.variants) {
    const script = scripts.get(variant.script);
    if (script === undefined) throw new Error(`probes/${variant.script}.bt is missing`);
    const obstacle = findObstacle(variant, script, machine.kernel, machine.bpftrace);
    if (obstacle === undefined) return { script, passedOver };
    passedOver.push(obstacle);
  }
  throw new NoProbeError(event, passedOver);
}

function findObstacle(
  { bpftrace: oldest }: ProbeVariant,
  { name, functions, tracepoints, rawTracepoints }: ProbeScript,
  kernel: Kernel,
  bpftrace: Version,
): string | undefined {
  if (oldest !== undefined && !isAtLeast(bpftrace, oldest))
    return `${name} needs bpftrace ${oldest.join(".")}`;
  if (functions.length > 0 && kernel.functions.size === 0) return "this kernel lacks kprobes";
  // bpftrace 0.27 finds raw tracepoints by their stubs in that list.
  if (rawTracepoints.length > 0 && !kernel.listsFunctions) {
    return `${name} needs available_filter_functions in tracefs, which this kernel lacks`;
  }
  const names = new Set([...kernel.tracepoints].map((tracepoint) => tracepoint.split(":")[1]));
  const missing = [
    ...functions.filter((name) => !kernel.functions.has(name)),
    ...tracepoints.filter((name) => !kernel.tracepoints.has(name)),
    ...rawTracepoints.filter((name) => !names.has(name)),
  ];
  return missing.length === 0 ? undefined : `${name} needs ${missing.join(", ")}, which this kernel lacks`;
}

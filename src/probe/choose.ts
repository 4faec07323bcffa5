import { needsPathOfTypes } from "./bpftrace.ts";
import { PROBES, type Probe, type ProbeVariant, type Sight } from "./catalog.ts";
import { NoProbeError } from "./errors.ts";
import type { Kernel } from "./kernel.ts";
import type { ProbeScript } from "./script.ts";
import { isAtLeast, type Version } from "./version.ts";

/** A script that will be used, and why the variants before it in the catalog, those without it, will not. */
export type ChosenProbe = { readonly script: ProbeScript; readonly passedOver: readonly string[] };

/**
 * For each thing to be seen the scripts that this kernel and this bpftrace can run, each once.
 * @throws NoProbeError where one has none
 */
export function chooseProbes(
  sights: Iterable<Sight>,
  machine: { readonly kernel: Kernel; readonly bpftrace: Version },
  scripts: ReadonlyMap<string, ProbeScript>,
): ChosenProbe[] {
  const chosen = new Map<string, ChosenProbe[]>();
  for (const sight of sights) {
    for (const probe of PROBES[sight]) {
      chosen.set(probe.subject, chooseVariant(sight, probe, machine, scripts));
    }
  }
  return [...chosen.values()].flat();
}

function chooseVariant(
  sight: Sight,
  probe: Probe,
  machine: { readonly kernel: Kernel; readonly bpftrace: Version },
  scripts: ReadonlyMap<string, ProbeScript>,
): ChosenProbe[] {
  const passedOver: { readonly names: readonly string[]; readonly obstacle: string }[] = [];
  for (const variant of probe.variants) {
    if (variant.notBy?.join() === machine.bpftrace.join()) continue;
    if (variant.notFrom !== undefined && isAtLeast(machine.kernel.version, variant.notFrom)) continue;
    const used = variant.scripts.map((name) => findScript(name, scripts));
    const obstacle = used
      .map((script) => findObstacle(variant, script, machine.kernel, machine.bpftrace))
      .find((found) => found !== undefined);
    if (obstacle === undefined) {
      return used.map((script) => ({
        script,
        passedOver: obstacles(passedOver.filter(({ names }) => !names.includes(script.name))),
      }));
    }
    passedOver.push({ names: variant.scripts, obstacle });
  }
  throw new NoProbeError(sight, obstacles(passedOver));
}

function obstacles(passedOver: readonly { readonly obstacle: string }[]): string[] {
  return [...new Set(passedOver.map(({ obstacle }) => obstacle))];
}

function findScript(name: string, scripts: ReadonlyMap<string, ProbeScript>): ProbeScript {
  const script = scripts.get(name);
  if (script === undefined) throw new Error(`probes/${name}.bt is missing`);
  return script;
}

function findObstacle(
  { bpftrace: oldest, notIfPreempted }: ProbeVariant,
  { name, functions, fexits, tracepoints, rawTracepoints }: ProbeScript,
  kernel: Kernel,
  bpftrace: Version,
): string | undefined {
  if (oldest !== undefined && !isAtLeast(bpftrace, oldest))
    return `${name} needs bpftrace ${oldest.join(".")}`;
  if (functions.length > 0 && kernel.functions.size === 0) return "this kernel lacks kprobes";
  if (fexits.length > 0 && kernel.fexit.lacks !== undefined)
    return `${name} needs ${kernel.fexit.lacks}, which this kernel lacks`;
  if (fexits.length > 0 && needsPathOfTypes(bpftrace, kernel))
    return `${name} needs bpftrace 0.23 on a kernel below 5.11 or without CAP_SYS_ADMIN`;
  if (notIfPreempted && fexits.length + rawTracepoints.length > 0 && kernel.isPreempting)
    return `${name} is skipped too often on a kernel that preempts, as this one`;
  // bpftrace 0.27 finds raw tracepoints by their stubs in that list.
  if (rawTracepoints.length > 0 && !kernel.listsFunctions) {
    return `${name} needs available_filter_functions in tracefs, which this kernel lacks`;
  }
  const names = new Set([...kernel.tracepoints].map((tracepoint) => tracepoint.split(":")[1]));
  const missing = [
    ...functions.filter((name) => !kernel.functions.has(name)),
    ...fexits
      .filter((name) => !kernel.fexit.functions.has(name))
      .map((name) => `${name} for BPF trampolines`),
    ...tracepoints.filter((name) => !kernel.tracepoints.has(name)),
    ...rawTracepoints.filter((name) => !names.has(name)),
  ];
  return missing.length === 0 ? undefined : `${name} needs ${missing.join(", ")}, which this kernel lacks`;
}

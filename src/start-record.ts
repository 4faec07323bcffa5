import type { Logger } from "pino";
import type { Config } from "./config.ts";
import type { ChosenProbe } from "./probe/choose.ts";
import type { PreparedProbes } from "./probe/prepare.ts";

/** What the `#start` record says of this run. */
export function startFields(
  version: string,
  config: Pick<Config, "events" | "scope">,
  { kernel, bpftrace, chosen }: PreparedProbes,
): Record<string, string> {
  return {
    version,
    kernel: kernel.release,
    bpftrace: bpftrace.release,
    probes: chosen.map(({ script }) => script.name).join(","),
    kinds: config.events.join(","),
    ...(config.scope === "pod" ? { scope: config.scope } : {}),
  };
}

/** Says once what was chosen where the first choice does not fit this machine, and what is not seen because of it. */
export function announce(log: Logger, chosen: readonly ChosenProbe[]): void {
  const fallbacks = chosen.filter(({ passedOver }) => passedOver.length > 0);
  if (fallbacks.length === 0) return;
  const because = [...new Set(fallbacks.flatMap(({ passedOver }) => passedOver))].join("; ");
  const notSeen = Object.fromEntries(fallbacks.map(({ script }) => [script.name, script.notSeen]));
  log.info({ notSeen }, `not all probes are the best ones: ${because}`);
}

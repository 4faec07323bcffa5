import type { Unseen } from "./compare.ts";

const NO_CLOSE_CALL = "the tracepoints see a UDP socket's end only where it is close()";

/** What the probes in use are documented not to see (probes/README.md), given their names in #start. */
export function unseenBy(probes: string): readonly Unseen[] {
  if (!probes.includes("tracepoint/udp-close")) return [];
  return [
    { case: "udp4-end-exit", event: "udp.close", because: NO_CLOSE_CALL },
    { case: "udp4-end-sigkill", event: "udp.close", because: NO_CLOSE_CALL },
  ];
}

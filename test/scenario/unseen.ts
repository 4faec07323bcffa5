import type { Unseen } from "./compare.ts";

const NO_CLOSE_CALL = "the tracepoints see a UDP socket's end only where it is close()";
const NESTED = "the kernel skips this hook, unseen, where it interrupts another program of its sort";

/** What the probes in use are documented not to see (probes/README.md), given their names in #start. */
export function unseenBy(probes: string): readonly Unseen[] {
  const limits: Unseen[] = [];
  if (probes.includes("tracepoint/udp-close")) {
    limits.push(
      { case: "udp4-end-exit", event: "udp.close", because: NO_CLOSE_CALL },
      { case: "udp4-end-sigkill", event: "udp.close", because: NO_CLOSE_CALL },
    );
  }
  if (!probes.includes("tcp-outcome.rawtracepoint")) {
    limits.push({ case: "*", event: "tcp.connect", field: "outcome", because: NESTED });
  }
  return limits;
}

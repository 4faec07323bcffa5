import type { Unseen } from "./compare.ts";

const NO_CLOSE_CALL = "the tracepoints see a UDP socket's end only where it is close()";
/**
 * On a CPU where another program, or a BPF system call that was preempted, is at work (bpf_prog_active). netlog
 * says so of each line; compare() allows it to few.
 */
const SKIPPED = "the kernel skips a program, unseen, where it interrupts another one";
const NO_CALL = "it is not the system call connect() that fails";
const NO_ACCEPT_CALL = "it is not the system call accept()";
const MPTCP = "an MPTCP connection is seen by its subflows only: neither accepted, closed nor dissolved";
const NO_SYN = "the socket is in SYN_SENT before its SYN is held back, and the probe sees the state";

/** What the probes in use are documented not to see (probes/README.md), given their names in #start. */
export function unseenBy(probes: string): readonly Unseen[] {
  const limits: Unseen[] = [];
  if (probes.includes("tracepoint/udp-close")) {
    limits.push(
      { case: "udp4-end-exit", event: "udp.close", because: NO_CLOSE_CALL },
      { case: "udp4-end-sigkill", event: "udp.close", because: NO_CLOSE_CALL },
    );
  }
  if (probes.includes("tracepoint/tcp-connect")) {
    for (const name of ["fast-open4", "uring4", "mptcp4"]) {
      limits.push({ case: `${name}-unreachable-at-once*`, event: "tcp.connect", because: NO_CALL });
    }
    limits.push(
      { case: "fast-open4-never-written", event: "tcp.connect", socket: "mistaken", because: NO_SYN },
      { case: "mptcp4-aborted-by-unspec", event: "tcp.connect", because: MPTCP },
    );
  }
  if (probes.includes("tracepoint/tcp-accept")) {
    for (const event of ["tcp.accept", "tcp.close"]) {
      limits.push({ case: "uring*", event, socket: "server", because: NO_ACCEPT_CALL });
      for (const name of ["mptcp4", "mptcp6", "mptcp-mapped", "mptcp4-without-data", "mptcp4-end-*"]) {
        limits.push({ case: name, event, because: MPTCP });
      }
    }
    for (const name of ["mptcp4-client-only", "mptcp6-client-only"]) {
      limits.push({ case: name, event: "tcp.close", socket: "client", because: MPTCP });
    }
  }
  for (const event of ["tcp.connect", "tcp.close", "udp.close"]) {
    limits.push({ case: "*", event, field: "outcome", because: SKIPPED });
  }
  return limits;
}

import type { Counted } from "../../src/account/metrics.ts";

/** Of a netlog that watches, and has not seen anything. */
export const QUIET: Counted = {
  stats: {},
  build: { version: "1.2.3", kernel: "6.12", bpftrace: "0.23.2" },
  isReady: true,
  probes: ["kprobe/tcp-connect", "kprobe/tcp-close"],
  isAttached: true,
  gaps: new Map(),
  selfTest: new Map(),
  selfTestErrors: 0,
  watches: {},
  isConfigGood: true,
};

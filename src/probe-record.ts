import type { Endpoint, Process } from "./event.ts";

/** The records that tell of a socket with its addresses and the task at work. */
export const SOCKET_RECORDS = [
  "tcp.attempt",
  "tcp.failure",
  "tcp.accept",
  "tcp.end",
  "udp.bind",
  "udp.connect",
  "udp.end",
] as const;

/** What every record of a socket says. */
type Socket = {
  /** Kernel time, CLOCK_BOOTTIME in nanoseconds. */
  readonly bootNs: number;
  /** The kernel's pointer in hex: a key while the socket lives, never printed. */
  readonly pointer: string;
  /** The inode number of its struct socket; `0` where it has none (any more). */
  readonly inode: string;
};

/** A record with the socket's addresses and the task at work. The columns stand in probes/README.md. */
export type SocketRecord = Socket & {
  readonly type: (typeof SOCKET_RECORDS)[number];
  readonly netns: number;
  readonly local: Endpoint;
  readonly peer: Endpoint;
  /** The value column; what it means depends on the type. */
  readonly value: number;
  readonly process: Process;
  readonly kernelThread: boolean;
  /** The id of the task's control group: the inode number of its directory. */
  readonly cgroup: number;
};

/**
 * What became of an attempt: `state` is the kernel's TCP state, `error` an errno or 0. With the state SYN_SENT (2) the
 * attempt goes on, and an error is that of an ICMP message.
 */
export type OutcomeRecord = Socket & {
  readonly type: "tcp.outcome";
  readonly localPort: number;
  readonly state: number;
  readonly error: number;
};

/**
 * A control group: its path (a string of bytes) from its hierarchy's root, said when it was made or a task moved into
 * it; or its end. `id` is the inode number of its directory.
 */
export type CgroupRecord =
  | { readonly type: "cgroup.path"; readonly bootNs: number; readonly id: number; readonly path: string }
  | { readonly type: "cgroup.gone"; readonly bootNs: number; readonly id: number };

/** The program's own records: it is attached, and whose child it is; it is alive, once a second. */
export type ProgramRecord =
  | { readonly type: "ready"; readonly bootNs: number; readonly netlogPid: number }
  | { readonly type: "heartbeat"; readonly bootNs: number };

export type ProbeRecord = SocketRecord | OutcomeRecord | CgroupRecord | ProgramRecord;

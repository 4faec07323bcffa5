/** The kinds of event that netlog writes a line for, as they stand in the configuration. */
export const EVENT_KINDS = [
  "tcp.connect",
  "tcp.accept",
  "tcp.close",
  "udp.bind",
  "udp.connect",
  "udp.close",
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/**
 * One end of a connection. `address` is canonical text (RFC 5952; an IPv4-mapped address is written as
 * IPv4), with `%<ifindex>` behind a link-local one; the wildcards are `0.0.0.0` and `::`.
 */
export type Endpoint = { readonly address: string; readonly port: number };

/**
 * A process as the kernel names it: thread-group id and user id of the host, and the group leader's comm.
 * `comm` is UTF-8 decoded; a byte 0xNN that belongs to no character stands as the lone surrogate U+DCNN.
 */
export type Process = { readonly pid: number; readonly uid: number; readonly comm: string };

/**
 * What became of an attempt or a socket, where the kernel gave no error:
 * `pending`: no outcome yet; `aborted`: given up before there was one;
 * `inferred`: not seen when it happened, concluded from the socket's end or its address being used again;
 * `unknown`: the outcome was not seen, and the end does not tell more than that it was no connection.
 */
export type Result = "pending" | "aborted" | "inferred" | "unknown";

/** One thing that happened to one socket: what a line says, before anybody asked whose process it is. */
export type SocketEvent = {
  readonly kind: EventKind;
  /** Kernel time (CLOCK_BOOTTIME) of the attempt, the accept, the bind, the end; microseconds. */
  readonly bootUs: number;
  /** Who opened the socket; where nobody saw that (`opener`), who ended it. */
  readonly process: Process;
  /** The id of the control group that `process` was in. */
  readonly cgroup: number;
  readonly local: Endpoint;
  /** Absent for a bind. */
  readonly peer?: Endpoint;
  /** Inode number of the network namespace. */
  readonly netns: number;
  /** The socket's inode number: the same on all lines of one socket. */
  readonly conn: string;
  /** Symbolic errno, such as `ECONNREFUSED`. */
  readonly error?: string;
  readonly result?: Result;
  /** Set where the opening of this socket is not in netlog's memory. */
  readonly opener?: "unknown" | "evicted";
  /** Who dropped the last reference, where that is not `process`. */
  readonly closedBy?: Process | "kernel";
};

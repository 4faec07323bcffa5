import type { Process } from "../../src/event.ts";
import type { OutcomeRecord, SocketRecord } from "../../src/probe-record.ts";

export const NGINX: Process = { pid: 3206, uid: 101, comm: "nginx" };
export const SHELL: Process = { pid: 4100, uid: 0, comm: "sh" };
export const KWORKER: Process = { pid: 12, uid: 0, comm: "kworker/0:1" };

export const LOCAL = { address: "10.1.0.7", port: 52507 };
export const PEER = { address: "130.59.10.36", port: 80 };
export const ANY = { address: "0.0.0.0", port: 0 };

/** What an outcome says: the kernel's TCP states 2, 1 and 7. */
export const WAITING = { state: 2 };
export const ESTABLISHED = { state: 1 };
export const UNREACHABLE = { state: 2, error: 113 };
export const REFUSED = { state: 7, error: 111 };
export const TIMED_OUT = { state: 7, error: 110 };
export const GIVEN_UP = { state: 7, error: 0 };

/** The bits of a tcp.end's value. */
export const WAS_ESTABLISHED = 1;
export const TASK_IS_UNRELATED = 4;
export const WAS_CONNECTING = 8;

/** The socket that a record is of where it says no other. */
const FIRST = { pointer: "ffff888104434a00", inode: "9557" };
/** A socket beside it. */
export const OTHER = { pointer: "ffff888104434b80", inode: "9601" };
/** The socket that gets the first one's memory when it is gone. */
export const REUSED = { pointer: FIRST.pointer, inode: "9700" };
/** The first socket when it no longer has an inode. */
export const DESTROYED = { pointer: FIRST.pointer, inode: "0" };

type Fields = Partial<Omit<SocketRecord, "type" | "bootNs">>;
type MakeRecord = (atUs: number, fields?: Fields) => SocketRecord;

const maker =
  (type: SocketRecord["type"]): MakeRecord =>
  (atUs, fields = {}) => ({
    type,
    bootNs: atUs * 1000 + 999,
    ...FIRST,
    netns: 4026531833,
    local: LOCAL,
    peer: PEER,
    value: 0,
    process: NGINX,
    kernelThread: false,
    cgroup: 1,
    ...fields,
  });

export const attempt = maker("tcp.attempt");
export const failure = maker("tcp.failure");
export const accept = maker("tcp.accept");
export const tcpEnd = maker("tcp.end");
export const bind = maker("udp.bind");
export const udpConnect = maker("udp.connect");
export const udpEnd = maker("udp.end");

export function outcome(
  atUs: number,
  fields: Partial<Omit<OutcomeRecord, "type" | "bootNs">> = {},
): OutcomeRecord {
  return {
    type: "tcp.outcome",
    bootNs: atUs * 1000 + 999,
    ...FIRST,
    localPort: LOCAL.port,
    state: 1,
    error: 0,
    ...fields,
  };
}

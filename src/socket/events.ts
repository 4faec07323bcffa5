import type { SocketEvent } from "../event.ts";
import type { SocketRecord } from "../probe-record.ts";
import type { SocketEntry } from "./table.ts";

/** Kernel time of a record in whole microseconds. */
export function bootUs(record: { readonly bootNs: number }): number {
  return Math.floor(record.bootNs / 1000);
}

/** The entry that an opening record makes. */
export function openEntry(record: SocketRecord, phase: SocketEntry["phase"]): SocketEntry {
  const { inode, process, cgroup, netns, local, peer } = record;
  const protocol = record.type.startsWith("tcp") ? "tcp" : "udp";
  return { inode, protocol, phase, process, cgroup, netns, bootUs: bootUs(record), local, peer };
}

/** The connect of an entry; where it was not established, the caller adds the error or the result. */
export function connectEvent(entry: SocketEntry): SocketEvent {
  const { bootUs, process, cgroup, local, peer, netns, inode } = entry;
  return { kind: "tcp.connect", bootUs, process, cgroup, local, peer, netns, conn: inode };
}

/** The end of an entry's socket at this kernel time, with the addresses of its opening. */
export function closeEvent(entry: SocketEntry, atBootUs: number): SocketEvent {
  return { ...connectEvent(entry), kind: `${entry.protocol}.close`, bootUs: atBootUs };
}

/** Any event that says just what its record says. */
export function eventOf(kind: SocketEvent["kind"], record: SocketRecord): SocketEvent {
  const { process, cgroup, local, peer, netns, inode } = record;
  return { kind, bootUs: bootUs(record), process, cgroup, local, peer, netns, conn: inode };
}

/** Who dropped the last reference, where it wasn't the process that opened the socket. */
export function closer(entry: SocketEntry, record: SocketRecord): Pick<SocketEvent, "closedBy"> {
  if (record.kernelThread) return entry.process.pid === record.process.pid ? {} : { closedBy: "kernel" };
  return entry.process.pid === record.process.pid ? {} : { closedBy: record.process };
}

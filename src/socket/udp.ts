import type { SocketEvent } from "../event.ts";
import type { SocketRecord } from "../probe-record.ts";
import { closer, eventOf, openEntry } from "./events.ts";
import type { LifeContext } from "./life.ts";
import { forgetMissed } from "./missed.ts";

/** The value of a udp.end record: bind() had asked for a port or an address. */
const WAS_BOUND = 1;

export function bind(context: LifeContext, record: SocketRecord): SocketEvent[] {
  return opening(context, record, "udp.bind");
}

/** A socket can be connected any number of times; it stays the one that its first opening made. */
export function connect(context: LifeContext, record: SocketRecord): SocketEvent[] {
  return opening(context, record, "udp.connect");
}

/** Unlike a TCP socket's, the addresses are those that the socket holds at its end. */
export function end(context: LifeContext, record: SocketRecord): SocketEvent[] {
  const entry = context.table.get(record.pointer);
  if (entry?.inode === record.inode) {
    context.table.delete(record.pointer);
    return [{ ...eventOf("udp.close", record), process: entry.process, ...closer(entry, record) }];
  }
  return [...(entry === undefined ? [] : forgetMissed(context, record)), ...endOfUnknown(context, record)];
}

function opening(
  context: LifeContext,
  record: SocketRecord,
  kind: "udp.bind" | "udp.connect",
): SocketEvent[] {
  const entry = context.table.get(record.pointer);
  const event = withoutPeer(eventOf(kind, record), kind);
  if (entry?.inode === record.inode) return [event];
  const missed = entry === undefined ? [] : forgetMissed(context, record);
  if (context.on("udp.close")) context.table.set(record.pointer, openEntry(record, "open"));
  return [...missed, event];
}

function endOfUnknown(context: LifeContext, record: SocketRecord): SocketEvent[] {
  const evicted = context.table.takeEvicted(record.pointer, record.inode);
  const bound = (record.value & WAS_BOUND) !== 0;
  const connected = record.peer.port !== 0;
  if (!evicted && !bound && !connected) return context.ignore("no-line-for-socket");
  const wanted = (bound && context.on("udp.bind")) || (connected && context.on("udp.connect"));
  if (!evicted && !wanted) return context.ignore("kind-off");
  return [{ ...eventOf("udp.close", record), opener: evicted ? "evicted" : "unknown" }];
}

function withoutPeer(event: SocketEvent, kind: "udp.bind" | "udp.connect"): SocketEvent {
  if (kind === "udp.connect") return event;
  const { peer: _, ...bound } = event;
  return bound;
}

import type { SocketEvent } from "../event.ts";
import type { OutcomeRecord, SocketRecord } from "../probe-record.ts";
import { errorName } from "./errno.ts";
import { bootUs, closeEvent, closer, connectEvent, eventOf, openEntry } from "./events.ts";
import type { LifeContext } from "./life.ts";
import { forgetMissed } from "./missed.ts";
import type { SocketEntry } from "./table.ts";

/** The kernel's TCP states that an outcome can carry (include/net/tcp_states.h). */
const ESTABLISHED = 1;
const SYN_SENT = 2;

/** The bits of a tcp.end record's value (probes/README.md). */
const WAS_ESTABLISHED = 1;
const TASK_IS_UNRELATED = 4;
const WAS_CONNECTING = 8;

export function attempt(context: LifeContext, record: SocketRecord): SocketEvent[] {
  const missed = forgetMissed(context, record);
  const entry = openEntry(record, "connecting");
  context.table.set(record.pointer, entry);
  context.pending.add(entry);
  return missed;
}

export function outcome(context: LifeContext, record: OutcomeRecord): SocketEvent[] {
  const entry = context.table.get(record.pointer);
  if (entry?.phase !== "connecting" || !sameSocket(entry, record)) return context.ignore("already-ended");
  if (entry.local.port === 0) entry.local = { ...entry.local, port: record.localPort };
  if (record.state === SYN_SENT) {
    if (record.error !== 0) entry.icmpError = record.error;
    return [];
  }
  if (record.state === ESTABLISHED) return [established(context, record.pointer, entry)];
  const why = record.error === 0 ? givenUp(entry) : { error: errorName(record.error) };
  return [notEstablished(context, record.pointer, entry, why)];
}

/**
 * connect() returned an error. A negative value: the failure is this record's alone unless an attempt is open;
 * a positive one: an attempt was reported before, and ends by this if it has not ended yet.
 */
export function failure(context: LifeContext, record: SocketRecord): SocketEvent[] {
  const entry = context.table.get(record.pointer);
  const error = errorName(record.value);
  if (entry?.phase === "connecting" && sameSocket(entry, record)) {
    if (entry.local.port === 0) entry.local = record.local; // it never got a port
    return [notEstablished(context, record.pointer, entry, { error })];
  }
  if (record.value > 0) return context.ignore("already-ended");
  return [{ ...eventOf("tcp.connect", record), error }];
}

export function accept(context: LifeContext, record: SocketRecord): SocketEvent[] {
  const missed = forgetMissed(context, record);
  if (context.on("tcp.close")) context.table.set(record.pointer, openEntry(record, "open"));
  return [...missed, eventOf("tcp.accept", record)];
}

export function end(context: LifeContext, record: SocketRecord): SocketEvent[] {
  const entry = context.table.get(record.pointer);
  if (entry === undefined) return endOfUnknown(context, record);
  if (!sameSocket(entry, record)) return [...forgetMissed(context, record), ...endOfUnknown(context, record)];
  const outcome = endOfAttempt(context, entry, record);
  const { phase } = entry;
  context.table.delete(record.pointer);
  if (phase === "over" || !context.on("tcp.close")) {
    return outcome.length > 0 ? outcome : context.ignore("already-ended");
  }
  const unrelated = (record.value & TASK_IS_UNRELATED) !== 0;
  return [...outcome, { ...closeEvent(entry, bootUs(record)), ...(unrelated ? {} : closer(entry, record)) }];
}

/** An attempt whose socket ends before netlog has seen an outcome: given up, or the outcome was missed. */
function endOfAttempt(context: LifeContext, entry: SocketEntry, record: SocketRecord): SocketEvent[] {
  if (entry.phase !== "connecting") return [];
  if (entry.local.port === 0) entry.local = { ...entry.local, port: record.local.port };
  if ((record.value & WAS_ESTABLISHED) !== 0) {
    context.missedEnd();
    return [{ ...established(context, record.pointer, entry), result: "inferred" }];
  }
  if ((record.value & WAS_CONNECTING) !== 0 || entry.icmpError !== undefined) {
    return [notEstablished(context, record.pointer, entry, givenUp(entry))];
  }
  context.missedEnd();
  return [notEstablished(context, record.pointer, entry, { result: "unknown" })];
}

/**
 * Opened before netlog was watching, or forgotten: the line is the closer's. The socket does not tell whether
 * it was connected or accepted: where one of the two is off, it may be one that nobody asked for.
 */
function endOfUnknown(context: LifeContext, record: SocketRecord): SocketEvent[] {
  const evicted = context.table.takeEvicted(record.pointer, record.inode);
  const { value, peer } = record;
  if ((value & WAS_ESTABLISHED) === 0 || (value & TASK_IS_UNRELATED) !== 0 || peer.port === 0) {
    return context.ignore("no-line-for-socket");
  }
  const wanted = evicted || (context.on("tcp.connect") && context.on("tcp.accept"));
  if (!context.on("tcp.close") || !wanted) return context.ignore("kind-off");
  return [{ ...eventOf("tcp.close", record), opener: evicted ? "evicted" : "unknown" }];
}

/** Who had an ICMP error has taken it (SO_ERROR): then the kernel's own word on the attempt has no error any more. */
function givenUp({ icmpError }: SocketEntry): Pick<SocketEvent, "error" | "result"> {
  return icmpError === undefined ? { result: "aborted" } : { error: errorName(icmpError) };
}

function established(context: LifeContext, pointer: string, entry: SocketEntry): SocketEvent {
  context.pending.remove(entry);
  entry.phase = "open";
  if (!context.on("tcp.close")) context.table.delete(pointer); // nobody would tell of its end
  return connectEvent(entry);
}

function notEstablished(
  context: LifeContext,
  pointer: string,
  entry: SocketEntry,
  why: Pick<SocketEvent, "error" | "result">,
): SocketEvent {
  context.pending.remove(entry);
  entry.phase = "over";
  if (!context.on("tcp.close")) context.table.delete(pointer); // without ends it would stay for ever
  return { ...connectEvent(entry), ...why };
}

/** A socket that is being destroyed has no inode any more: then the pointer alone says which it is. */
function sameSocket(entry: SocketEntry, record: { readonly inode: string }): boolean {
  return entry.protocol === "tcp" && (record.inode === "0" || record.inode === entry.inode);
}

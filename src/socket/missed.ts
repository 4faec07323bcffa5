import type { SocketEvent } from "../event.ts";
import type { SocketRecord } from "../probe-record.ts";
import { bootUs, closeEvent, connectEvent } from "./events.ts";
import type { LifeContext } from "./life.ts";

/**
 * A record says that the kernel uses this pointer for another opening: if the table still holds a socket
 * there, its end (or its attempt's outcome) was missed. It is said now, as an inference.
 */
export function forgetMissed(context: LifeContext, record: SocketRecord): SocketEvent[] {
  const entry = context.table.get(record.pointer);
  if (entry === undefined) return [];
  context.table.delete(record.pointer);
  context.pending.remove(entry);
  if (entry.phase === "over") return [];
  context.missedEnd();
  if (entry.phase === "connecting") return [{ ...connectEvent(entry), result: "unknown" }];
  const close = closeEvent(entry, bootUs(record));
  if (entry.protocol === "udp") {
    return context.on("udp.close") ? [{ ...close, result: "inferred" }] : [];
  }
  return context.on("tcp.close") ? [{ ...close, result: "inferred" }] : [];
}

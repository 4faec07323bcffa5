import { encodeComm } from "../comm.ts";
import type { Process, SocketEvent } from "../event.ts";
import { safeJson } from "./escape.ts";
import type { Formatter, FormatterOptions } from "./formatter.ts";
import { closerName } from "./text.ts";
import { timeWriter } from "./time.ts";

/** One flat object a line, with OpenTelemetry's attribute names where there is one. */
export function jsonFormatter({ node, run }: FormatterOptions): Formatter {
  const rfc3339 = timeWriter();
  return {
    event: (event, { utcUs, n }) =>
      line({
        timestamp: rfc3339(utcUs),
        event: event.kind,
        ...named("process", event.process),
        "user.id": String(event.process.uid),
        "network.transport": event.kind.startsWith("tcp") ? "tcp" : "udp",
        "network.type": networkType(event),
        "network.local.address": event.local.address,
        "network.local.port": event.local.port,
        "network.peer.address": event.peer?.address,
        "network.peer.port": event.peer?.port,
        netns: event.netns,
        "error.type": event.error,
        result: event.result,
        opener: event.opener,
        closed_by: closedBy(event),
        "k8s.node.name": node,
        conn: event.conn,
        run,
        seq: n,
      }),
    record: ({ name, fields }, { utcUs, n }) =>
      line({
        timestamp: rfc3339(utcUs),
        event: `netlog.${name}`,
        ...fields,
        "k8s.node.name": node,
        run,
        seq: n,
      }),
  };
}

/** A socket of IPv6 that speaks IPv4 can hold its wildcard `::` beside a peer of IPv4. */
function networkType({ local, peer = local }: SocketEvent): "ipv4" | "ipv6" {
  return local.address.includes(":") && peer.address.includes(":") ? "ipv6" : "ipv4";
}

/** Keys that hold undefined are left out, as JSON.stringify does. */
function line(fields: Record<string, unknown>): string {
  return `${safeJson(fields)}\n`;
}

function named(prefix: string, { pid, comm }: Process): Record<string, unknown> {
  return comm.isWellFormed()
    ? { [`${prefix}.pid`]: pid, [`${prefix}.comm`]: comm }
    : {
        [`${prefix}.pid`]: pid,
        [`${prefix}.comm`]: comm.toWellFormed(),
        [`${prefix}.comm_hex`]: encodeComm(comm).toString("hex"),
      };
}

function closedBy({ closedBy }: SocketEvent): string | undefined {
  return closedBy === undefined ? undefined : closerName(closedBy).toWellFormed();
}

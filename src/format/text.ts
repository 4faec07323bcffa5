import type { Endpoint, Process, SocketEvent } from "../event.ts";
import { quoteName, quoteValue } from "./escape.ts";
import type { Formatter, FormatterOptions, StreamRecord } from "./formatter.ts";
import { writeName } from "./name.ts";
import { type OriginNotation, originWriter } from "./origin.ts";
import { timeWriter } from "./time.ts";

const ARROW = {
  "tcp.connect": "->",
  "tcp.accept": "<-",
  "tcp.close": "<->",
  "udp.connect": "->",
  "udp.close": "<->",
} as const;

/** As the 2011 kernel module wrote the wildcard, with the space in front. */
const ANY_ADDRESS = " (any ip address)";

/** The longest event with its line feed, but without the node's name and the origin. */
const EVENT_BYTES = 500;

const ORIGIN: OriginNotation = {
  names: ({ namespace, pod, container, host, unit, containerId, unresolved }) => ({
    namespace,
    pod,
    container,
    host,
    unit,
    // 64 digits say nothing more where both names are known.
    container_id: pod === undefined || container === undefined ? containerId : undefined,
    k8s: unresolved && "unresolved",
  }),
  namespaceLabel: "ns.",
  podLabel: "pod.",
  value: (value) => quoteValue(String(value)),
  pair: (key, value) => ` ${key}=${value}`,
};

/** The original's line with a header in front and key=value pairs behind. */
export function textFormatter({ node, run }: FormatterOptions): Formatter {
  const rfc3339 = timeWriter();
  const name = writeName(node, quoteValue);
  const writer = originWriter(ORIGIN, EVENT_BYTES + Buffer.byteLength(name));
  const header = (utcUs: number) => `${rfc3339(utcUs)} ${name} netlog: `;
  const seq = (n: number) => `seq=${run}-${n}\n`;
  return {
    truncates: writer.truncates,
    event: (event, origin, { utcUs, n }) =>
      `${header(utcUs)}${original(event)}${pairs(event)}${writer.pairs(origin)} conn=${event.conn} ${seq(n)}`,
    record: (record, { utcUs, n }) => `${header(utcUs)}#${record.name}${recordPairs(record)} ${seq(n)}`,
  };
}

function original(event: SocketEvent): string {
  const { process } = event;
  return `${quoteName(process.comm)}[${process.pid}] ${socket(event)} (uid=${process.uid})`;
}

function socket({ kind, local, peer }: SocketEvent): string {
  if (kind === "udp.bind") return `UDP bind ${end(local)}`;
  const protocol = kind.startsWith("tcp") ? "TCP" : "UDP";
  return `${protocol} ${end(local)} ${ARROW[kind]} ${peer === undefined ? "" : end(peer)}`;
}

function end({ address, port }: Endpoint): string {
  if (address === "0.0.0.0" || address === "::") return `${ANY_ADDRESS}:${port}`;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function pairs({ error, result, opener, closedBy }: SocketEvent): string {
  let text = "";
  if (error !== undefined) text += ` error=${error}`;
  if (result !== undefined) text += ` result=${result}`;
  if (opener !== undefined) text += ` opener=${opener}`;
  if (closedBy !== undefined) text += ` closed_by=${quoteValue(closerName(closedBy))}`;
  return text;
}

/** `comm[pid]`, or `kernel` for one of the kernel's own threads. */
export function closerName(closer: Process | "kernel"): string {
  return closer === "kernel" ? closer : `${closer.comm}[${closer.pid}]`;
}

function recordPairs({ fields }: StreamRecord): string {
  return Object.entries(fields)
    .map(([key, value]) => ` ${key}=${quoteValue(String(value))}`)
    .join("");
}

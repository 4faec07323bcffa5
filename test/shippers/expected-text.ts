import { encodeComm } from "../../src/comm.ts";
import type { Endpoint, Process, SocketEvent } from "../../src/event.ts";
import type { Stamp, StreamRecord } from "../../src/format/formatter.ts";
import type { Origin } from "../../src/origin.ts";
import { expectedOrigin } from "../format/expected-origin.ts";

/** The head of a line, taken apart; names as bytes in latin1, since quotes and escapes are a matter of writing. */
export type Head = Readonly<Record<string, string>>;

const ARROWS = { connect: "->", accept: "<-", close: "<->" } as const;

export function expectedHead({ kind, process, local, peer }: SocketEvent): Head {
  const [protocol = "", what = ""] = kind.split(".");
  return {
    comm: encodeComm(process.comm).toString("latin1"),
    pid: String(process.pid),
    protocol: protocol.toUpperCase(),
    uid: String(process.uid),
    ...(peer === undefined
      ? { bind: end(local) }
      : { local: end(local), direction: ARROWS[what as keyof typeof ARROWS], peer: end(peer) }),
  };
}

/** The pairs behind the head, as logfmt readers give them: each byte that is no character is U+00HH. */
export function expectedPairs(event: SocketEvent, origin: Origin, run: string, { n }: Stamp): string[][] {
  const { error, result, opener, closedBy, conn } = event;
  const closer = typeof closedBy === "object" ? name(closedBy) : closedBy;
  return sorted({
    error,
    result,
    opener,
    closed_by: closer,
    ...expectedOrigin(origin),
    conn,
    seq: `${run}-${n}`,
  });
}

export function expectedRecordPairs({ fields }: StreamRecord, run: string, { n }: Stamp): string[][] {
  return sorted({ ...fields, seq: `${run}-${n}` });
}

/** UTC with six digits. */
export function expectedTime({ utcUs }: Stamp): string {
  const milliseconds = new Date(Math.floor(utcUs / 1000)).toISOString().slice(0, -1);
  return `${milliseconds}${String(utcUs % 1000).padStart(3, "0")}Z`;
}

/** Fluent Bit keeps text as C does: it ends before a NUL, which no name of the kernel's or of Kubernetes' has. */
function sorted(fields: Readonly<Record<string, unknown>>): string[][] {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  return inOrder(present.map(([key, value]) => [key, String(value).split("\0", 1)[0] as string]));
}

export function inOrder(pairs: string[][]): string[][] {
  return pairs.toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1));
}

function name({ comm, pid }: Process): string {
  const text = comm.replace(/[\udc80-\udcff]/gu, (byte) => String.fromCharCode(byte.charCodeAt(0) - 0xdc00));
  return `${text}[${pid}]`;
}

function end({ address, port }: Endpoint): string {
  if (address === "0.0.0.0" || address === "::") return ` (any ip address):${port}`;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

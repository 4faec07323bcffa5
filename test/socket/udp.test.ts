import type { SocketEvent } from "../../src/event.ts";
import { ANY, bind, KWORKER, LOCAL, OTHER, PEER, SHELL, udpConnect, udpEnd } from "./records.ts";
import { event, type Story, tell, without } from "./story.ts";

/** bind() had asked for a port or an address. */
const WAS_BOUND = 1;
const DNS = { local: { ...LOCAL, port: 53 }, peer: ANY };

function bound(bootUs: number, fields: Partial<SocketEvent> = {}): SocketEvent {
  const { peer: _, ...rest } = event("udp.bind", bootUs, { local: DNS.local, ...fields });
  return rest;
}

tell([
  {
    title: "a bound UDP socket makes a bind without a peer, and a close",
    records: [bind(10, DNS), udpEnd(20, { ...DNS, value: WAS_BOUND })],
    events: [bound(10), event("udp.close", 20, DNS)],
  },
  {
    title: "a connected UDP socket makes a connect and a close",
    records: [udpConnect(10), udpEnd(20)],
    events: [event("udp.connect", 10), event("udp.close", 20)],
  },
  {
    title: "a UDP socket that is bound and connected has one close, with the addresses of its end",
    records: [
      bind(10, DNS),
      udpConnect(20, { local: DNS.local }),
      udpEnd(30, { local: DNS.local, value: WAS_BOUND }),
    ],
    events: [
      bound(10),
      event("udp.connect", 20, { local: DNS.local }),
      event("udp.close", 30, { local: DNS.local }),
    ],
  },
  {
    title: "a UDP socket connects as often as it likes, and every time has a line",
    records: [
      udpConnect(10),
      udpConnect(20, { peer: { ...PEER, port: 443 } }),
      udpEnd(30, { local: { ...LOCAL, port: 0 }, peer: ANY }),
    ],
    events: [
      event("udp.connect", 10),
      event("udp.connect", 20, { peer: { ...PEER, port: 443 } }),
      event("udp.close", 30, { local: { ...LOCAL, port: 0 }, peer: ANY }),
    ],
  },
  {
    title: "a UDP close is the opener's; whoever ended the socket stands beside",
    records: [
      bind(10, DNS),
      udpConnect(11, { ...OTHER }),
      udpEnd(20, { ...DNS, process: SHELL }),
      udpEnd(21, { ...OTHER, process: KWORKER, kernelThread: true }),
    ],
    events: [
      bound(10),
      event("udp.connect", 11, { conn: "9601" }),
      event("udp.close", 20, { ...DNS, closedBy: SHELL }),
      event("udp.close", 21, { conn: "9601", closedBy: "kernel" }),
    ],
  },
  {
    title: "a UDP socket that another process connects stays its first opener's",
    records: [bind(10, DNS), udpConnect(20, { process: SHELL }), udpEnd(30)],
    events: [bound(10), event("udp.connect", 20, { process: SHELL }), event("udp.close", 30)],
  },
  {
    title: "where UDP closes are off, nothing is remembered",
    options: without("udp.close"),
    records: [bind(10, DNS), udpConnect(20)],
    events: [bound(10), event("udp.connect", 20)],
  },
]);

type Unknown = Pick<Story, "options" | "ignored"> & {
  what: string;
  fields: Parameters<typeof udpEnd>[1];
};
const UNKNOWN: readonly Unknown[] = [
  { what: "it had been bound", fields: { ...DNS, value: WAS_BOUND } },
  { what: "it has a peer", fields: {} },
  { what: "it was neither bound nor connected", fields: { peer: ANY }, ignored: { "no-line-for-socket": 1 } },
  {
    what: "it had been bound, and binds are off",
    options: without("udp.bind"),
    fields: { ...DNS, value: WAS_BOUND },
    ignored: { "kind-off": 1 },
  },
  {
    what: "it has a peer, and connects are off",
    options: without("udp.connect"),
    fields: {},
    ignored: { "kind-off": 1 },
  },
  {
    what: "it had been bound and has a peer, and connects are off",
    options: without("udp.connect"),
    fields: { value: WAS_BOUND },
  },
  {
    what: "it had been bound and has a peer, and binds are off",
    options: without("udp.bind"),
    fields: { value: WAS_BOUND },
  },
];

tell(
  UNKNOWN.map(({ what, fields, options = {}, ignored }) => ({
    title: `the end of an unknown UDP socket is ${ignored ? "ignored" : "the closer's"} where ${what}`,
    options,
    records: [udpEnd(20, { process: SHELL, ...fields })],
    ...(ignored ? { ignored } : { events: [unknownClose(fields)] }),
  })),
);

function unknownClose({ local = LOCAL, peer = PEER }: NonNullable<Unknown["fields"]> = {}): SocketEvent {
  return event("udp.close", 20, { process: SHELL, local, peer, opener: "unknown" });
}

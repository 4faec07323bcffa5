import type { SocketEvent } from "../../src/event.ts";
import {
  accept,
  DESTROYED,
  KWORKER,
  NGINX,
  PEER,
  SHELL,
  TASK_IS_UNRELATED,
  tcpEnd,
  WAS_ESTABLISHED,
} from "./records.ts";
import { event, type Story, tell, without } from "./story.ts";

tell([
  {
    title: "an accepted connection and its end make an accept and a close",
    records: [accept(10), tcpEnd(20, { value: WAS_ESTABLISHED })],
    events: [event("tcp.accept", 10), event("tcp.close", 20)],
  },
  {
    title: "an accepted connection that the peer has reset already is closed like any other",
    records: [accept(10), tcpEnd(20)],
    events: [event("tcp.accept", 10), event("tcp.close", 20)],
  },
  {
    title: "the record of the destruction after the end is ignored",
    records: [
      accept(10),
      tcpEnd(20, { value: WAS_ESTABLISHED }),
      tcpEnd(30, { ...DESTROYED, value: WAS_ESTABLISHED + TASK_IS_UNRELATED, process: SHELL }),
    ],
    events: [event("tcp.accept", 10), event("tcp.close", 20)],
    ignored: { "no-line-for-socket": 1 },
  },
]);

type Ender = { who: string; fields: Parameters<typeof tcpEnd>[1]; expected: Partial<SocketEvent> };
const ENDERS: readonly Ender[] = [
  { who: "its opener", fields: {}, expected: {} },
  { who: "another process", fields: { process: SHELL }, expected: { closedBy: SHELL } },
  {
    who: "its opener under another name",
    fields: { process: { ...NGINX, uid: 0, comm: "worker" } },
    expected: {},
  },
  {
    who: "a kernel thread",
    fields: { process: KWORKER, kernelThread: true },
    expected: { closedBy: "kernel" },
  },
  { who: "the kernel thread that opened it", fields: { kernelThread: true }, expected: {} },
  {
    who: "a task that has nothing to do with it",
    fields: { ...DESTROYED, process: SHELL, value: WAS_ESTABLISHED + TASK_IS_UNRELATED },
    expected: {},
  },
];

tell(
  ENDERS.map(({ who, fields, expected }) => ({
    title: `a close is its opener's where the socket is ended by ${who}`,
    records: [accept(10), tcpEnd(20, { value: WAS_ESTABLISHED, ...fields })],
    events: [event("tcp.accept", 10), event("tcp.close", 20, expected)],
  })),
);

type Unknown = Pick<Story, "options" | "ignored"> & {
  what: string;
  fields: Parameters<typeof tcpEnd>[1];
};
const UNKNOWN: readonly Unknown[] = [
  {
    what: "was never established",
    fields: { value: 0 },
    ignored: { "no-line-for-socket": 1 },
  },
  {
    what: "has no peer",
    fields: { peer: { ...PEER, port: 0 } },
    ignored: { "no-line-for-socket": 1 },
  },
  {
    what: "only an unrelated task saw end",
    fields: { value: WAS_ESTABLISHED + TASK_IS_UNRELATED },
    ignored: { "no-line-for-socket": 1 },
  },
  {
    what: "may be a connect's, which are off",
    options: without("tcp.connect"),
    fields: {},
    ignored: { "kind-off": 1 },
  },
  {
    what: "may be an accept's, which are off",
    options: without("tcp.accept"),
    fields: {},
    ignored: { "kind-off": 1 },
  },
];

tell([
  {
    title: "the end of a socket that nobody saw opened is the closer's",
    records: [tcpEnd(20, { value: WAS_ESTABLISHED, process: SHELL })],
    events: [event("tcp.close", 20, { process: SHELL, opener: "unknown" })],
  },
  ...UNKNOWN.map(({ what, fields, ...rest }) => ({
    title: `an unknown socket has no close where it ${what}`,
    records: [tcpEnd(20, { value: WAS_ESTABLISHED, ...fields })],
    ...rest,
  })),
]);

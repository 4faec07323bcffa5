import fc from "fast-check";
import { EVENT_KINDS, type EventKind } from "../../src/event.ts";
import type { OutcomeRecord, SocketRecord } from "../../src/probe-record.ts";
import * as records from "./records.ts";

/** What the probes report next, or that time passes; each comes `afterUs` after the one before it. */
export type Step = {
  readonly afterUs: number;
  readonly record?: (atUs: number) => SocketRecord | OutcomeRecord;
};

const pointer = fc.constantFrom("a0", "b0", "c0");
/** An inode belongs to one socket, thus to one pointer and one protocol. */
const tcpSocket = fc
  .tuple(pointer, fc.constantFrom("1", "2"))
  .map(([pointer, n]) => ({ pointer, inode: pointer.charCodeAt(0) + n }));
const udpSocket = pointer.map((pointer) => ({ pointer, inode: `${pointer.charCodeAt(0)}3` }));
const destroyed = pointer.map((pointer) => ({ pointer, inode: "0" }));

const endpoint = fc.record({
  address: fc.constantFrom("10.1.0.7", "::1"),
  port: fc.constantFrom(0, 0, 80, 52507),
});
const task = fc.record({
  process: fc.constantFrom(records.NGINX, records.SHELL),
  kernelThread: fc.boolean(),
  cgroup: fc.nat(),
});

const socketRecord = (
  make: (atUs: number, fields: Partial<SocketRecord>) => SocketRecord,
  socket: fc.Arbitrary<{ pointer: string; inode: string }>,
  value: fc.Arbitrary<number>,
) =>
  fc.tuple(socket, endpoint, endpoint, task, value).map(([socket, local, peer, task, value]) => {
    return (atUs: number) => make(atUs, { ...socket, local, peer, ...task, value });
  });

const none = fc.constant(0);
const outcome = fc
  .tuple(
    fc.oneof(tcpSocket, destroyed),
    fc.constantFrom(0, 52507),
    fc.constantFrom(
      records.WAITING,
      records.UNREACHABLE,
      records.ESTABLISHED,
      records.REFUSED,
      records.GIVEN_UP,
    ),
  )
  .map(
    ([socket, localPort, what]) =>
      (atUs: number) =>
        records.outcome(atUs, { ...socket, localPort, ...what }),
  );

/** The records that the probes of each kind make. */
const OF_KIND = {
  "tcp.connect": [
    socketRecord(records.attempt, tcpSocket, none),
    outcome,
    socketRecord(records.failure, tcpSocket, fc.constantFrom(-101, 101)),
  ],
  "tcp.accept": [socketRecord(records.accept, tcpSocket, none)],
  "tcp.close": [
    socketRecord(records.tcpEnd, tcpSocket, fc.constantFrom(0, 1, 8, 9)),
    socketRecord(records.tcpEnd, destroyed, fc.constantFrom(4, 5)),
  ],
  "udp.bind": [socketRecord(records.bind, udpSocket, none)],
  "udp.connect": [socketRecord(records.udpConnect, udpSocket, none)],
  "udp.close": [socketRecord(records.udpEnd, udpSocket, fc.constantFrom(0, 1))],
} satisfies Record<EventKind, fc.Arbitrary<NonNullable<Step["record"]>>[]>;

/** Which kinds are on, and what their probes report, in any order, missing whatever they like to miss. */
export const history: fc.Arbitrary<{ kinds: EventKind[]; steps: Step[] }> = fc
  .subarray([...EVENT_KINDS], { minLength: 1 })
  .chain((kinds) => {
    const record = fc.oneof(...kinds.flatMap((kind) => OF_KIND[kind]));
    const step = fc.record(
      { afterUs: fc.integer({ min: 1, max: 2_000_000 }), record },
      { requiredKeys: ["afterUs"] },
    );
    return fc.record({ kinds: fc.constant(kinds), steps: fc.array(step, { maxLength: 60 }) });
  });

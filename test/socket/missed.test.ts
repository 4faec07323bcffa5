import {
  accept,
  attempt,
  bind,
  LOCAL,
  outcome,
  REFUSED,
  REUSED,
  tcpEnd,
  udpConnect,
  udpEnd,
  WAS_ESTABLISHED,
} from "./records.ts";
import { event, tell, without } from "./story.ts";

const NEXT = { conn: "9700" };

tell([
  {
    title: "an accept with the memory of an open socket closes that one, which is counted",
    records: [accept(10), accept(50, REUSED)],
    events: [
      event("tcp.accept", 10),
      event("tcp.close", 50, { result: "inferred" }),
      event("tcp.accept", 50, NEXT),
    ],
    missedEnds: 1,
    left: 1,
  },
  {
    title: "an attempt of a socket that is still open closes its connection first",
    records: [attempt(10), outcome(20), attempt(50), outcome(60)],
    events: [
      event("tcp.connect", 10),
      event("tcp.close", 50, { result: "inferred" }),
      event("tcp.connect", 50),
    ],
    missedEnds: 1,
    left: 1,
  },
  {
    title: "an attempt with the memory of one without outcome ends that one as unknown",
    records: [attempt(10), attempt(50, REUSED), outcome(60, REUSED)],
    events: [event("tcp.connect", 10, { result: "unknown" }), event("tcp.connect", 50, NEXT)],
    missedEnds: 1,
    left: 1,
  },
  {
    title: "an attempt of a socket whose last one has no outcome ends that one as unknown",
    records: [attempt(10), attempt(50), outcome(60)],
    events: [event("tcp.connect", 10, { result: "unknown" }), event("tcp.connect", 50)],
    missedEnds: 1,
    left: 1,
  },
  {
    title: "an opening with the memory of an attempt that came to nothing misses nothing",
    records: [attempt(10), outcome(20, REFUSED), accept(50, REUSED)],
    events: [event("tcp.connect", 10, { error: "ECONNREFUSED" }), event("tcp.accept", 50, NEXT)],
    left: 1,
  },
  {
    title: "the end of another socket with the same memory closes both",
    records: [accept(10), tcpEnd(50, { ...REUSED, value: WAS_ESTABLISHED })],
    events: [
      event("tcp.accept", 10),
      event("tcp.close", 50, { result: "inferred" }),
      event("tcp.close", 50, { ...NEXT, opener: "unknown" }),
    ],
    missedEnds: 1,
  },
  {
    title: "the end of a socket without a line tells that the one before it is gone",
    records: [accept(10), tcpEnd(50, REUSED)],
    events: [event("tcp.accept", 10), event("tcp.close", 50, { result: "inferred" })],
    ignored: { "no-line-for-socket": 1 },
    missedEnds: 1,
  },
  {
    title: "a UDP socket with the memory of another closes it, with the addresses of its opening",
    records: [bind(10, { local: { ...LOCAL, port: 53 } }), udpConnect(50, REUSED), udpEnd(60, REUSED)],
    events: [
      withoutPeer(event("udp.bind", 10, { local: { ...LOCAL, port: 53 } })),
      event("udp.close", 50, { local: { ...LOCAL, port: 53 }, result: "inferred" }),
      event("udp.connect", 50, NEXT),
      event("udp.close", 60, NEXT),
    ],
    missedEnds: 1,
  },
  {
    title: "the end of a UDP socket without a line tells that the one before it is gone",
    records: [udpConnect(10), udpEnd(50, { ...REUSED, peer: { ...LOCAL, port: 0 } })],
    events: [event("udp.connect", 10), event("udp.close", 50, { result: "inferred" })],
    ignored: { "no-line-for-socket": 1 },
    missedEnds: 1,
  },
  {
    title: "memory goes from TCP to UDP and back",
    records: [accept(10), udpConnect(50, REUSED), accept(60)],
    events: [
      event("tcp.accept", 10),
      event("tcp.close", 50, { result: "inferred" }),
      event("udp.connect", 50, NEXT),
      event("udp.close", 60, { ...NEXT, result: "inferred" }),
      event("tcp.accept", 60),
    ],
    missedEnds: 2,
    left: 1,
  },
  {
    title: "the destruction of a TCP socket is not the end of the UDP socket that had its memory before",
    records: [udpConnect(10), tcpEnd(50, { inode: "0", value: WAS_ESTABLISHED + 4 })],
    events: [event("udp.connect", 10), event("udp.close", 50, { result: "inferred" })],
    ignored: { "no-line-for-socket": 1 },
    missedEnds: 1,
  },
  {
    title: "where UDP closes are off, a missed one is not written",
    options: without("udp.close"),
    records: [udpConnect(10), accept(50, REUSED)],
    events: [event("udp.connect", 10), event("tcp.accept", 50, NEXT)],
    left: 1,
  },
]);

function withoutPeer({ peer: _, ...bound }: ReturnType<typeof event>): ReturnType<typeof event> {
  return bound;
}

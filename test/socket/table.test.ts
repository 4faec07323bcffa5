import {
  accept,
  attempt,
  DESTROYED,
  OTHER,
  outcome,
  REFUSED,
  REUSED,
  SHELL,
  TASK_IS_UNRELATED,
  tcpEnd,
  udpConnect,
  udpEnd,
  WAS_ESTABLISHED,
} from "./records.ts";
import { event, tell, without } from "./story.ts";

const THIRD = { pointer: "ffff888104434d00", inode: "9602" };
const FULL_AT_ONE = { maxSockets: 1 };
const ENDED = { value: WAS_ESTABLISHED };

tell([
  {
    title: "when the table is full the oldest socket goes, and its end is the closer's and says so",
    options: FULL_AT_ONE,
    records: [accept(10), accept(20, OTHER), tcpEnd(30, { ...ENDED, process: SHELL })],
    events: [
      event("tcp.accept", 10),
      event("tcp.accept", 20, { conn: "9601" }),
      event("tcp.close", 30, { process: SHELL, opener: "evicted" }),
    ],
    evictions: 1,
    left: 1,
  },
  {
    title: "a UDP socket is evicted alike",
    options: FULL_AT_ONE,
    records: [udpConnect(10), udpConnect(20, OTHER), udpEnd(30)],
    events: [
      event("udp.connect", 10),
      event("udp.connect", 20, { conn: "9601" }),
      event("udp.close", 30, { opener: "evicted" }),
    ],
    evictions: 1,
    left: 1,
  },
  {
    title: "the end of an evicted socket is written where another kind than its own is off",
    options: { ...FULL_AT_ONE, ...without("tcp.connect") },
    records: [accept(10), accept(20, OTHER), tcpEnd(30, ENDED)],
    events: [
      event("tcp.accept", 10),
      event("tcp.accept", 20, { conn: "9601" }),
      event("tcp.close", 30, { opener: "evicted" }),
    ],
    evictions: 1,
    left: 1,
  },
  {
    title: "an evicted socket ends once",
    options: FULL_AT_ONE,
    records: [
      accept(10),
      accept(20, OTHER),
      tcpEnd(30, ENDED),
      tcpEnd(31, { ...DESTROYED, value: WAS_ESTABLISHED + TASK_IS_UNRELATED }),
    ],
    events: [
      event("tcp.accept", 10),
      event("tcp.accept", 20, { conn: "9601" }),
      event("tcp.close", 30, { opener: "evicted" }),
    ],
    ignored: { "no-line-for-socket": 1 },
    evictions: 1,
    left: 1,
  },
  {
    title: "a socket that gets an evicted one's memory is not taken for it",
    options: FULL_AT_ONE,
    records: [accept(10), accept(20, OTHER), tcpEnd(30, { ...ENDED, ...REUSED })],
    events: [
      event("tcp.accept", 10),
      event("tcp.accept", 20, { conn: "9601" }),
      event("tcp.close", 30, { conn: "9700", opener: "unknown" }),
    ],
    evictions: 1,
    left: 1,
  },
  {
    title: "the keys of evicted sockets are bounded as well: the oldest of them is unknown",
    options: FULL_AT_ONE,
    records: [
      accept(10),
      accept(20, OTHER),
      accept(30, THIRD),
      tcpEnd(40, ENDED),
      tcpEnd(50, { ...ENDED, ...OTHER }),
    ],
    events: [
      event("tcp.accept", 10),
      event("tcp.accept", 20, { conn: "9601" }),
      event("tcp.accept", 30, { conn: "9602" }),
      event("tcp.close", 40, { opener: "unknown" }),
      event("tcp.close", 50, { conn: "9601", opener: "evicted" }),
    ],
    evictions: 2,
    left: 1,
  },
  {
    title: "an attempt that came to nothing is forgotten without being counted",
    options: FULL_AT_ONE,
    records: [attempt(10), outcome(20, REFUSED), accept(30, OTHER), tcpEnd(40)],
    events: [event("tcp.connect", 10, { error: "ECONNREFUSED" }), event("tcp.accept", 30, { conn: "9601" })],
    ignored: { "no-line-for-socket": 1 },
    left: 1,
  },
  {
    title: "a socket that is opened again becomes the youngest",
    options: { maxSockets: 2 },
    records: [
      attempt(10),
      outcome(11, REFUSED),
      accept(20, OTHER),
      attempt(30),
      outcome(31),
      accept(40, THIRD),
      tcpEnd(50, ENDED),
    ],
    events: [
      event("tcp.connect", 10, { error: "ECONNREFUSED" }),
      event("tcp.accept", 20, { conn: "9601" }),
      event("tcp.connect", 30),
      event("tcp.accept", 40, { conn: "9602" }),
      event("tcp.close", 50),
    ],
    evictions: 1,
    left: 1,
  },
  {
    title: "a socket that is opened again after its eviction is known again",
    options: FULL_AT_ONE,
    records: [accept(10), accept(20, OTHER), attempt(30), outcome(31), tcpEnd(40, ENDED), tcpEnd(50, ENDED)],
    events: [
      event("tcp.accept", 10),
      event("tcp.accept", 20, { conn: "9601" }),
      event("tcp.connect", 30),
      event("tcp.close", 40),
      event("tcp.close", 50, { opener: "unknown" }),
    ],
    evictions: 2,
  },
]);

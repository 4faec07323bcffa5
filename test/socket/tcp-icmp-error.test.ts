import {
  attempt,
  GIVEN_UP,
  outcome,
  REFUSED,
  tcpEnd,
  UNREACHABLE,
  WAS_CONNECTING,
  WAS_ESTABLISHED,
} from "./records.ts";
import { event, tell } from "./story.ts";

tell([
  {
    title: "an attempt that got an ICMP error and is closed before the kernel ends it failed by that error",
    records: [
      attempt(10),
      outcome(15, UNREACHABLE),
      tcpEnd(20, { value: WAS_CONNECTING }),
      outcome(21, GIVEN_UP),
    ],
    events: [event("tcp.connect", 10, { error: "EHOSTUNREACH" })],
    ignored: { "already-ended": 1 },
  },
  {
    title: "so it is where the kernel says first that it was given up",
    records: [attempt(10), outcome(15, UNREACHABLE), outcome(20, GIVEN_UP)],
    events: [event("tcp.connect", 10, { error: "EHOSTUNREACH" })],
    left: 1,
  },
  {
    title: "so it is where the kernel ended it without an error, because the process had taken that",
    records: [attempt(10), outcome(15, UNREACHABLE), tcpEnd(20)],
    events: [event("tcp.connect", 10, { error: "EHOSTUNREACH" })],
  },
  {
    title: "an attempt that got an ICMP error can still succeed, or fail by another error",
    records: [
      attempt(10),
      outcome(15, UNREACHABLE),
      outcome(20),
      tcpEnd(30, { value: WAS_ESTABLISHED }),
    ].concat([attempt(40), outcome(45, UNREACHABLE), outcome(50, REFUSED)]),
    events: [
      event("tcp.connect", 10),
      event("tcp.close", 30),
      event("tcp.connect", 40, { error: "ECONNREFUSED" }),
    ],
    left: 1,
  },
]);

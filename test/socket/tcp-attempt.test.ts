import {
  ANY,
  attempt,
  DESTROYED,
  ESTABLISHED,
  failure,
  GIVEN_UP,
  LOCAL,
  OTHER,
  outcome,
  PEER,
  REFUSED,
  TIMED_OUT,
  tcpEnd,
  WAITING,
  WAS_CONNECTING,
  WAS_ESTABLISHED,
} from "./records.ts";
import { event, tell } from "./story.ts";

const NO_PORT = { local: { ...LOCAL, port: 0 } };
const ELSEWHERE = { peer: { address: "192.0.2.1", port: 443 } };

tell([
  {
    title: "an attempt, its success and its end make a connect and a close",
    records: [attempt(10), outcome(20, ESTABLISHED), tcpEnd(30, { value: WAS_ESTABLISHED })],
    events: [event("tcp.connect", 10), event("tcp.close", 30)],
  },
  {
    title: "a close has the addresses of the opening, which the socket may have lost",
    records: [attempt(10), outcome(20), tcpEnd(30, { value: WAS_ESTABLISHED, local: ANY, peer: ANY })],
    events: [event("tcp.connect", 10), event("tcp.close", 30)],
  },
  {
    title: "a refused attempt makes a connect with the error, and no close",
    records: [attempt(10), outcome(20, REFUSED), tcpEnd(30)],
    events: [event("tcp.connect", 10, { error: "ECONNREFUSED" })],
    ignored: { "already-ended": 1 },
  },
  {
    title: "an error that the process took away, and closed, before the outcome came is the attempt's",
    records: [
      attempt(10),
      outcome(20, TIMED_OUT),
      tcpEnd(21, { value: WAS_CONNECTING }),
      outcome(22, GIVEN_UP),
    ],
    events: [event("tcp.connect", 10, { error: "ETIMEDOUT" })],
    ignored: { "already-ended": 2 },
  },
  {
    title: "a failure at once has the destination that was asked for",
    records: [failure(10, { value: -101, ...NO_PORT }), tcpEnd(20)],
    events: [event("tcp.connect", 10, { error: "ENETUNREACH", ...NO_PORT })],
    ignored: { "no-line-for-socket": 1 },
  },
  {
    title: "a failure ends the attempt that was reported before it, negative or positive",
    records: [
      attempt(10),
      failure(20, { value: -105 }),
      attempt(11, OTHER),
      failure(21, { value: 113, ...OTHER }),
    ],
    events: [
      event("tcp.connect", 10, { error: "ENOBUFS" }),
      event("tcp.connect", 11, { error: "EHOSTUNREACH", conn: "9601" }),
    ],
    left: 2,
  },
  {
    title: "a positive failure of an attempt that has ended already says nothing new",
    records: [attempt(10), outcome(20, REFUSED), failure(21, { value: 111 })],
    events: [event("tcp.connect", 10, { error: "ECONNREFUSED" })],
    ignored: { "already-ended": 1 },
    left: 1,
  },
  {
    title: "a positive failure of an attempt that nobody saw is not taken for one of its own",
    records: [failure(10, { value: 113 })],
    ignored: { "already-ended": 1 },
  },
  {
    title: "a negative failure after an attempt that has ended is an attempt of its own",
    records: [attempt(10), outcome(20, REFUSED), failure(30, { value: -101, ...ELSEWHERE })],
    events: [
      event("tcp.connect", 10, { error: "ECONNREFUSED" }),
      event("tcp.connect", 30, { error: "ENETUNREACH", ...ELSEWHERE }),
    ],
    left: 1,
  },
  {
    title: "a failure of an attempt without a port takes the one that the socket got",
    records: [attempt(10, NO_PORT), failure(20, { value: 99 })],
    events: [event("tcp.connect", 10, { error: "EADDRNOTAVAIL" })],
    left: 1,
  },
  {
    title: "an attempt whose socket ends while it is connecting is aborted, and has no close",
    records: [attempt(10), tcpEnd(20, { value: WAS_CONNECTING }), outcome(21, GIVEN_UP)],
    events: [event("tcp.connect", 10, { result: "aborted" })],
    ignored: { "already-ended": 1 },
  },
  {
    title: "an attempt that is given up without an error is aborted",
    records: [attempt(10), outcome(20, GIVEN_UP), tcpEnd(30)],
    events: [event("tcp.connect", 10, { result: "aborted" })],
    ignored: { "already-ended": 1 },
  },
  {
    title: "a second outcome of one attempt says nothing new",
    records: [attempt(10), outcome(20, ESTABLISHED), outcome(21, REFUSED)],
    events: [event("tcp.connect", 10)],
    ignored: { "already-ended": 1 },
    left: 1,
  },
  {
    title: "an outcome without an attempt is ignored, and so is another socket's",
    records: [outcome(10), attempt(20), outcome(30, { inode: "1" }), outcome(40)],
    events: [event("tcp.connect", 20)],
    ignored: { "already-ended": 2 },
    left: 1,
  },
  {
    title: "an outcome finds its attempt where the socket has lost its inode",
    records: [attempt(10), outcome(20, { ...DESTROYED, state: 7, error: 110 })],
    events: [event("tcp.connect", 10, { error: "ETIMEDOUT" })],
    left: 1,
  },
  {
    title: "a success that was missed is inferred at the end of a socket that was established",
    records: [attempt(10), tcpEnd(30, { value: WAS_ESTABLISHED })],
    events: [event("tcp.connect", 10, { result: "inferred" }), event("tcp.close", 30)],
    missedEnds: 1,
  },
  {
    title: "a failure that was missed is unknown at the end of a socket that was never established",
    records: [attempt(10), tcpEnd(30)],
    events: [event("tcp.connect", 10, { result: "unknown" })],
    missedEnds: 1,
  },
  {
    title: "an attempt without a port gets it from its outcome, and its close has it too",
    records: [
      attempt(10, NO_PORT),
      outcome(20),
      tcpEnd(30, { value: WAS_ESTABLISHED, ...NO_PORT }),
      attempt(40, NO_PORT),
      outcome(50, REFUSED),
    ],
    events: [
      event("tcp.connect", 10),
      event("tcp.close", 30),
      event("tcp.connect", 40, { error: "ECONNREFUSED" }),
    ],
    left: 1,
  },
  {
    title: "the port can come before the outcome, and stays",
    records: [attempt(10, NO_PORT), outcome(11, WAITING), outcome(20, { localPort: 1 })],
    events: [event("tcp.connect", 10)],
    left: 1,
  },
  {
    title: "an attempt without a port whose outcome was missed gets it from its end",
    records: [attempt(10, NO_PORT), tcpEnd(20, { value: WAS_CONNECTING })],
    events: [event("tcp.connect", 10, { result: "aborted" })],
  },
  {
    title: "a socket that was refused can try again, somewhere else",
    records: [
      attempt(10),
      outcome(20, REFUSED),
      attempt(30, ELSEWHERE),
      outcome(40),
      tcpEnd(50, { value: WAS_ESTABLISHED }),
    ],
    events: [
      event("tcp.connect", 10, { error: "ECONNREFUSED" }),
      event("tcp.connect", 30, ELSEWHERE),
      event("tcp.close", 50, ELSEWHERE),
    ],
  },
  {
    title: "a socket whose connection was dissolved (AF_UNSPEC) can connect again",
    records: [
      attempt(10),
      outcome(20),
      tcpEnd(30, { value: WAS_ESTABLISHED }),
      attempt(40, ELSEWHERE),
      outcome(50),
      tcpEnd(60, { value: WAS_ESTABLISHED }),
    ],
    events: [
      event("tcp.connect", 10),
      event("tcp.close", 30),
      event("tcp.connect", 40, ELSEWHERE),
      event("tcp.close", 60, ELSEWHERE),
    ],
  },
  {
    title: "a socket that ends after its connection was dissolved has no second close",
    records: [
      attempt(10),
      outcome(20),
      tcpEnd(30, { value: WAS_ESTABLISHED }),
      tcpEnd(40, { value: WAS_ESTABLISHED, peer: { ...PEER, port: 0 } }),
    ],
    events: [event("tcp.connect", 10), event("tcp.close", 30)],
    ignored: { "no-line-for-socket": 1 },
  },
]);

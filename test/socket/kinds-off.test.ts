import assert from "node:assert/strict";
import { test } from "node:test";
import {
  accept,
  attempt,
  ESTABLISHED,
  failure,
  GIVEN_UP,
  outcome,
  REFUSED,
  tcpEnd,
  WAS_ESTABLISHED,
} from "./records.ts";
import { event, newLife, tell, without } from "./story.ts";

const OFF = { options: without("tcp.close") };

tell([
  {
    ...OFF,
    title: "without tcp.close a connection is forgotten when it is established",
    records: [attempt(10), outcome(20, ESTABLISHED)],
    events: [event("tcp.connect", 10)],
  },
  {
    ...OFF,
    title: "without tcp.close an attempt is forgotten when it came to nothing",
    records: [
      attempt(10),
      outcome(20, REFUSED),
      attempt(30),
      outcome(40, GIVEN_UP),
      attempt(50),
      failure(60, { value: 113 }),
    ],
    events: [
      event("tcp.connect", 10, { error: "ECONNREFUSED" }),
      event("tcp.connect", 30, { result: "aborted" }),
      event("tcp.connect", 50, { error: "EHOSTUNREACH" }),
    ],
  },
  {
    ...OFF,
    title: "without tcp.close an accepted connection is not remembered",
    records: [accept(10)],
    events: [event("tcp.accept", 10)],
  },
  {
    ...OFF,
    title: "without tcp.close an end would still tell of a missed outcome, but make no close",
    records: [attempt(10), tcpEnd(20, { value: WAS_ESTABLISHED }), tcpEnd(30, { value: WAS_ESTABLISHED })],
    events: [event("tcp.connect", 10, { result: "inferred" })],
    missedEnds: 1,
    ignored: { "kind-off": 1 },
  },
]);

test("without tcp.close memory does not grow with the connections that were made", () => {
  const life = newLife(OFF.options);
  for (let n = 0; n < 1000; n++) {
    const socket = { pointer: n.toString(16), inode: String(n + 1) };
    life.handle(attempt(10, socket));
    life.handle(outcome(20, { ...socket, ...(n % 2 === 0 ? ESTABLISHED : REFUSED) }));
    life.handle(accept(30, socket));
  }
  assert.equal(life.openSockets, 0);
  assert.equal(life.nextDueBootUs, undefined);
});

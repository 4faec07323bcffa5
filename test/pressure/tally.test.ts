import assert from "node:assert/strict";
import { test } from "node:test";
import { type EventLine, readLine } from "../scenario/read-line.ts";
import { type Made, tally } from "./tally.ts";

const CONNECT: Made = { event: "tcp.connect", pid: 7, local: "127.0.0.1:40000", peer: "127.0.0.1:80" };
const REFUSED: Made = { event: "tcp.connect", pid: 7, peer: "127.0.0.1:9", error: "ECONNREFUSED" };
const BIND: Made = { event: "udp.bind", pid: 7, local: "127.0.0.1:53" };

const ESTABLISHED = "TCP 127.0.0.1:40000 -> 127.0.0.1:80";
const CLOSED = "TCP 127.0.0.1:40000 <-> 127.0.0.1:80";

function lines(...said: readonly (readonly [string, string])[]): EventLine[] {
  return said.map(
    ([what, fields]) =>
      readLine(`2026-11-22T10:31:26.844466Z node-1 netlog: a[7] ${what} (uid=0)${fields}`) as EventLine,
  );
}

const CASES: readonly [string, Made, EventLine[], string][] = [
  ["a line of its own is seen", CONNECT, lines([ESTABLISHED, ""]), "seen"],
  ["a provisional line is not enough", CONNECT, lines([ESTABLISHED, " result=pending"]), "missing"],
  ["another port is another socket", CONNECT, lines(["TCP 127.0.0.1:40001 -> 127.0.0.1:80", ""]), "missing"],
  ["result=inferred is inferred", CONNECT, lines([ESTABLISHED, " result=inferred"]), "inferred"],
  [
    "a failure needs its error",
    REFUSED,
    lines(["TCP 127.0.0.1:40000 -> 127.0.0.1:9", " error=ECONNREFUSED"]),
    "seen",
  ],
  [
    "a failure without its error is inferred",
    REFUSED,
    lines(["TCP 127.0.0.1:40000 -> 127.0.0.1:9", " result=unknown"]),
    "inferred",
  ],
  [
    "a close that knows no opener tells of the opening",
    CONNECT,
    lines([CLOSED, " opener=unknown"]),
    "closeOnly",
  ],
  ["a close that knows it does not", CONNECT, lines([CLOSED, ""]), "missing"],
  ["a bind is told by its own address", BIND, lines(["UDP bind 127.0.0.1:53", ""]), "seen"],
];

for (const [title, made, said, became] of CASES) {
  test(title, () => {
    const { tallies } = tally([made], said);
    assert.equal(tallies[0]?.[became as "seen"], 1);
  });
}

test("a line serves one event, and what is left over is extra", () => {
  const { tallies, extra } = tally(
    [REFUSED],
    [
      ...lines(["TCP 127.0.0.1:1 -> 127.0.0.1:9", " error=ECONNREFUSED"]),
      ...lines(["TCP 127.0.0.1:2 -> 127.0.0.1:9", " error=ECONNREFUSED"]),
    ],
  );
  assert.deepEqual([tallies[0]?.seen, extra.length], [1, 1]);
});

test("the lines of other processes do not count", () => {
  const { extra } = tally([{ ...CONNECT, pid: 8 }], lines([ESTABLISHED, ""]));
  assert.deepEqual(extra, []);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { judge } from "./judge.ts";
import type { MadeEvent } from "./traffic.ts";
import { disagreements, verify } from "./verified.ts";

const line = (second: number, n: number, rest: string) =>
  `2026-11-22T10:31:${second}.000000Z node-1 netlog: ${rest} seq=r-${n}`;
const SUMS = "records=0 joined=0 events.udp.bind=1 lines=1 stream_records=2";
const GAP = "#gap from=2026-11-22T10:31:20.000000Z to=2026-11-22T10:31:30.000000Z reason=bpftrace-ended";
const RUN = [
  line(10, 1, "#start version=1 kernel=6.12 bpftrace=0.23.2 probes=x kinds=udp.bind"),
  line(11, 2, "traffic[7] UDP bind 127.0.0.1:5 (uid=0) conn=1"),
  line(30, 3, GAP),
  line(40, 4, `#stats ${SUMS} lost.kernel-buffer=2`),
  line(41, 5, "#stop reason=SIGTERM"),
];
const made = (second: number, conn: number): MadeEvent => {
  const us = Date.parse(`2026-11-22T10:31:${second}Z`) * 1000;
  return { kind: "udp.bind", conn: `${conn}`, beforeUs: us, afterUs: us + 10 };
};
const { report } = verify([RUN]);

test("Of a run with a gap and a loss verify and the judge say the same", () => {
  assert.deepEqual(disagreements(report, judge([made(11, 1), made(25, 2)], [RUN]), [RUN]), []);
});

for (const [what, runs, about] of [
  [
    "a gap that verify did not tell",
    [[...RUN.slice(0, 4), line(40, 5, GAP), ...RUN.slice(4)]],
    /^records|^gaps/,
  ],
  ["another number of losses", [RUN.map((each) => each.replace("buffer=2", "buffer=3"))], /^losses/],
  ["no loss", [RUN.map((each) => each.replace("buffer=2", "buffer=0"))], /^causes|^losses/],
  ["one line less", [RUN.toSpliced(1, 1)], /^events/],
  ["no stop", [RUN.slice(0, -1)], /^records|^stop/],
  ["two runs", [RUN, RUN], /./],
] as const) {
  test(`Where the lines have ${what}, that is told`, () => {
    const found = disagreements(report, judge([made(25, 2)], runs), runs);
    assert.ok(found.length > 0);
    assert.ok(
      found.every((sentence) => about.test(sentence)),
      found.join("\n"),
    );
  });
}

test("An event without a line in a time that verify takes for watched is told", () => {
  const { counted, gaps } = judge([], [RUN]);
  const found = disagreements(report, { counted, gaps, hidden: [made(35, 3)] }, [RUN]);
  assert.deepEqual(found, ["events without a line while it was watched: verify says 1, the judge 0"]);
});

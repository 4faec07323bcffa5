import assert from "node:assert/strict";
import { test } from "node:test";
import { judge } from "./judge.ts";
import type { MadeEvent } from "./traffic.ts";

const line = (second: number, rest: string) => `2026-11-22T10:31:${second}.000000Z node-1 netlog: ${rest}`;
const bind = (second: number, conn: number, more = "") =>
  line(second, `traffic[7] UDP bind 127.0.0.1:5 (uid=0)${more} conn=${conn} seq=r-1`);
const made = (second: number, conn: number, kind = "udp.bind"): MadeEvent => {
  const us = Date.parse(`2026-11-22T10:31:${second}Z`) * 1000;
  return { kind, conn: `${conn}`, beforeUs: us, afterUs: us + 10 };
};
const stats = (fields: string) => line(58, `#stats ${fields} seq=r-9`);
const STOP = line(59, "#stop reason=SIGTERM seq=r-10");
const gap = (from: number, to: number, more = "reason=restart") =>
  line(to, `#gap from=2026-11-22T10:31:${from}.000000Z to=2026-11-22T10:31:${to}.000000Z ${more} seq=r-3`);

test("Events with their lines are seen, once each", () => {
  const { seen, missing, doubled, difference } = judge(
    [made(10, 1), made(11, 2)],
    [[bind(10, 1), bind(11, 2), STOP]],
  );
  assert.deepEqual(
    { seen, missing, doubled, difference },
    { seen: 2, missing: 0, doubled: 0, difference: 0 },
  );
});

test("An event without a line is a difference, unless a gap has it", () => {
  const { inGaps, missing, difference, hidden } = judge(
    [made(10, 1), made(20, 2), made(30, 3)],
    [[bind(10, 1), gap(15, 25), STOP]],
  );
  assert.deepEqual({ inGaps, missing, difference }, { inGaps: { restart: 1 }, missing: 1, difference: 1 });
  assert.deepEqual(hidden, [made(20, 2)]);
});

for (const [counters, excused] of [
  ["lost.kernel-buffer=2 made.udp.bind=5 received.udp.bind=3", { "lost.kernel-buffer": 2 }],
  ["lost.kernel-buffer=2 made.udp.bind=5 received.udp.bind=4", { "lost.kernel-buffer": 1 }],
  ["lost.kernel-buffer=2 made.tcp.end=5 received.tcp.end=3", {}],
  ["lost.kernel-buffer=0 made.udp.bind=5 received.udp.bind=3 unparsable=2", {}],
  ["unparsable=9 dropped.queue-full=9 dropped.limited=9 evicted_sockets=9 late=9", {}],
  ["filtered.binds=1 filtered.other=9", { "filtered.binds": 1 }],
] as const) {
  test(`Of three missing binds the counters ${counters} excuse ${JSON.stringify(excused)}`, () => {
    const judgement = judge([made(10, 1), made(11, 2), made(12, 3)], [[stats(counters), STOP]], {
      binds: "udp.bind",
    });
    const count = Object.values(excused).reduce((sum, each) => sum + each, 0);
    assert.deepEqual(judgement.excused, excused);
    assert.deepEqual([judgement.missing, judgement.difference], [3, 3 - count]);
  });
}

test("A lost attempt or its outcome excuses a connect, and not the close of the same socket", () => {
  const lost = stats("lost.kernel-buffer=1 made.tcp.outcome=2 received.tcp.outcome=1");
  assert.equal(judge([made(10, 1, "tcp.connect")], [[lost, STOP]]).difference, 0);
  assert.equal(judge([made(10, 1, "tcp.close")], [[lost, STOP]]).difference, 1);
});

test("A gap of one kind of event hides no other", () => {
  const silent = gap(15, 25, "reason=silent-probe event=udp.bind");
  const { inGaps, difference } = judge([made(20, 1), made(20, 1, "udp.close")], [[silent, STOP]]);
  assert.deepEqual({ inGaps, difference }, { inGaps: { "silent-probe": 1 }, difference: 1 });
});

test("A gap that says how many events a slow reader cost explains no more of them", () => {
  const slow = gap(15, 25, "reason=slow-reader dropped=2");
  const { inGaps, missing, excused, difference } = judge(
    [made(20, 1), made(21, 2), made(22, 3)],
    [[slow, STOP]],
  );
  assert.deepEqual([inGaps, missing, difference], [{}, 3, 1]);
  assert.deepEqual(excused, { "dropped.queue-full": 2 });
});

test("Behind the last line of a run without #stop nobody knows, until the next run's #start", () => {
  const runs = [
    [bind(10, 1)],
    [line(30, "#start kinds=udp.bind seq=s-1"), line(40, "#stop reason=SIGTERM seq=s-2")],
  ];
  const { inGaps, missing } = judge([made(10, 1), made(20, 2), made(35, 3)], runs);
  assert.deepEqual({ inGaps, missing }, { inGaps: { "no-stop": 1 }, missing: 1 });
});

test("An event outside of a gap by a microsecond is not in it", () => {
  const event = { ...made(10, 1), beforeUs: made(25, 1).beforeUs + 1, afterUs: made(26, 1).afterUs };
  assert.deepEqual(judge([event], [[gap(15, 25), STOP]]).inGaps, {});
});

test("A second line of an event is told; a provisional one is no line of it", () => {
  assert.equal(
    judge(
      [made(10, 1)],
      [
        [bind(10, 1), STOP],
        [bind(10, 1), STOP],
      ],
    ).doubled,
    1,
  );
  assert.equal(judge([made(10, 1)], [[bind(10, 1, " result=pending"), STOP]]).seen, 0);
});

test("The losses of runs add up, each by its last counters", () => {
  const runs = [
    [stats("lost.kernel-buffer=1"), stats("lost.kernel-buffer=2"), STOP],
    [stats("unparsable=3"), STOP],
  ];
  assert.deepEqual(judge([], runs).counted, { "lost.kernel-buffer": 2, unparsable: 3 });
});

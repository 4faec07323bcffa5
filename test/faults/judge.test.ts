import assert from "node:assert/strict";
import { test } from "node:test";
import { judge } from "./judge.ts";
import type { MadeEvent } from "./traffic.ts";

const line = (second: number, rest: string) => `2026-11-22T10:31:${second}.000000Z node-1 netlog: ${rest}`;
const bind = (second: number, conn: number, more = "") =>
  line(second, `traffic[7] UDP bind 127.0.0.1:5 (uid=0)${more} conn=${conn} seq=r-1`);
const made = (second: number, conn: number): MadeEvent => {
  const us = Date.parse(`2026-11-22T10:31:${second}Z`) * 1000;
  return { kind: "udp.bind", conn: `${conn}`, beforeUs: us, afterUs: us + 10 };
};
const stats = (fields: string) => line(59, `#stats ${fields} seq=r-9`);
const gap = (from: number, to: number) =>
  line(
    to,
    `#gap from=2026-11-22T10:31:${from}.000000Z to=2026-11-22T10:31:${to}.000000Z reason=restart seq=r-3`,
  );

test("Events with their lines are seen, once each", () => {
  const { seen, missing, doubled, difference } = judge(
    [made(10, 1), made(11, 2)],
    [[bind(10, 1), bind(11, 2)]],
  );
  assert.deepEqual(
    { seen, missing, doubled, difference },
    { seen: 2, missing: 0, doubled: 0, difference: 0 },
  );
});

test("An event without a line is a difference, unless a gap or a counted loss has it", () => {
  const events = [made(10, 1), made(20, 2), made(30, 3)];
  const lines = [bind(10, 1), gap(15, 25)];
  assert.equal(judge(events, [lines]).inGaps, 1);
  assert.equal(judge(events, [lines]).difference, 1);
  const counted = judge(events, [
    [...lines, stats("lost.kernel-buffer=1 dropped.limited=0 evicted_sockets=7")],
  ]);
  assert.deepEqual(
    [counted.missing, counted.counted, counted.difference],
    [1, { "lost.kernel-buffer": 1 }, 0],
  );
});

test("An event outside of a gap by a microsecond is not in it", () => {
  assert.equal(
    judge(
      [{ ...made(10, 1), beforeUs: made(25, 1).beforeUs + 1, afterUs: made(26, 1).afterUs }],
      [[gap(15, 25)]],
    ).inGaps,
    0,
  );
});

test("A second line of an event is told; a provisional one is no line of it", () => {
  assert.equal(judge([made(10, 1)], [[bind(10, 1)], [bind(10, 1)]]).doubled, 1);
  assert.equal(judge([made(10, 1)], [[bind(10, 1, " result=pending")]]).seen, 0);
});

test("The losses of runs add up, each by its last counters", () => {
  const runs = [[stats("lost.kernel-buffer=1"), stats("lost.kernel-buffer=2")], [stats("unparsable=3")]];
  assert.deepEqual(judge([], runs).counted, { "lost.kernel-buffer": 2, unparsable: 3 });
});

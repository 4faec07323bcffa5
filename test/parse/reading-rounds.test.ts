import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MARGIN_NS, ReadingRounds } from "../../src/parse/reading-rounds.ts";

/** A record of a CPU, made at a time and to be read from another on, at most the margin later. */
type Made = { readonly cpu: number; readonly bootNs: number; readonly seenNs: number };

const END_NS = 30 * MARGIN_NS;

const made: fc.Arbitrary<Made[]> = fc.array(
  fc
    .tuple(fc.nat({ max: 3 }), fc.integer({ min: 1, max: END_NS }), fc.nat({ max: MARGIN_NS - 1 }))
    .map(([cpu, bootNs, lateNs]) => ({ cpu, bootNs, seenNs: bootNs + lateNs })),
  { minLength: 60, maxLength: 80 },
);

/**
 * What bpftrace 0.17 does with them: it asks which CPUs have something, reads each to its end, and asks again. Of one
 * CPU they come in its order. `onRead` is called for each, `onWait` where there is nothing.
 */
function read(
  all: readonly Made[],
  { takesNs, turns }: { takesNs: number; turns: Iterator<number> },
  on: { read: (record: Made) => void; wait: (nowNs: number) => void },
) {
  const buffers = [0, 1, 2, 3].map((cpu) =>
    all.filter((record) => record.cpu === cpu).toSorted((a, b) => a.bootNs - b.bootNs),
  );
  let nowNs = 0;
  const has = (buffer: readonly Made[]) => buffer[0] !== undefined && buffer[0].seenNs <= nowNs;
  while (buffers.some((buffer) => buffer.length > 0)) {
    const ready = buffers.filter(has);
    if (ready.length === 0) {
      on.wait(nowNs);
      nowNs = Math.min(...buffers.flatMap(([first]) => first?.seenNs ?? []));
    }
    while (ready.length > 0) {
      const [buffer] = ready.splice(turns.next().value % ready.length, 1) as [Made[]];
      while (has(buffer)) {
        on.read(buffer.shift() as Made);
        nowNs += takesNs;
      }
    }
  }
  on.wait(nowNs + 2 * MARGIN_NS);
}

/** From one that is always done before something is made to one that never comes to its end. */
const speeds = fc.record({
  takesNs: fc.oneof(
    fc.nat({ max: MARGIN_NS / 100 }),
    fc.integer({ min: MARGIN_NS / 4, max: MARGIN_NS }),
    fc.constant(END_NS),
  ),
  turns: fc.infiniteStream(fc.nat()),
});

test("whatever is read in whatever order, all that is older than it says has come", () => {
  let told = 0;
  fc.assert(
    fc.property(made, speeds, fc.boolean(), (all, speed, isAsked) => {
      const rounds = new ReadingRounds();
      const unread = new Set(all);
      const check = () => {
        for (const { bootNs } of unread)
          if (bootNs <= rounds.readUpToNs) assert.fail(`${bootNs} after ${rounds.readUpToNs}`);
        if (rounds.readUpToNs > 0) told++;
      };
      read(all, speed, {
        read: (record) => {
          unread.delete(record);
          rounds.read(record.cpu, record.bootNs);
          check();
        },
        wait: (nowNs) => {
          if (isAsked) rounds.waited(nowNs);
          check();
        },
      });
      if (isAsked && all.length > 0)
        assert.ok(rounds.readUpToNs >= Math.max(...all.map(({ bootNs }) => bootNs)));
    }),
    { numRuns: 2000, endOnFailure: true },
  );
  assert.ok(told > 3000, `${told}`);
});

function roundsOf(reads: readonly (readonly [cpu: number, seconds: number])[]): ReadingRounds {
  const rounds = new ReadingRounds();
  for (const [cpu, seconds] of reads) rounds.read(cpu, seconds * 1e9);
  return rounds;
}

test("a CPU that is read again, after others, tells of what had been read two rounds before", () => {
  const reads = [
    [0, 1],
    [1, 1.5],
    [0, 2],
    [1, 2.5],
    [0, 3],
    [1, 3.5],
  ] as const;
  assert.equal(roundsOf(reads).readUpToNs, 0);
  assert.equal(roundsOf([...reads, [0, 4]]).readUpToNs, 1.5e9 - MARGIN_NS);
  assert.equal(roundsOf([...reads, [0, 4], [0, 5], [0, 6]]).readUpToNs, 1.5e9 - MARGIN_NS);
  assert.equal(roundsOf([...reads, [0, 4], [2, 1.7], [1, 3.8]]).readUpToNs, 1.5e9 - MARGIN_NS);
  assert.equal(roundsOf([...reads, [0, 4], [2, 1.7], [0, 5]]).readUpToNs, 2.5e9 - MARGIN_NS);
});

test("one CPU that goes on reporting tells nothing of the others, nor does the first time of each", () => {
  assert.equal(
    roundsOf([
      [0, 1],
      [0, 2],
      [0, 3],
      [0, 9],
    ]).readUpToNs,
    0,
  );
  assert.equal(
    roundsOf([
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 9],
    ]).readUpToNs,
    0,
  );
});

test("while bpftrace waits for something to read, all has been read but for the margin", () => {
  const rounds = roundsOf([[0, 1]]);
  rounds.waited(1.2e9);
  assert.equal(rounds.readUpToNs, 1.2e9 - MARGIN_NS);
  rounds.waited(1.1e9);
  assert.equal(rounds.readUpToNs, 1.2e9 - MARGIN_NS);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { SocketEvent } from "../../src/event.ts";
import type { OutcomeRecord, SocketRecord } from "../../src/probe-record.ts";
import type { SocketLife } from "../../src/socket/life.ts";
import { history, type Step } from "./arbitrary.ts";
import { accept } from "./records.ts";
import { attemptKey, SaneStream } from "./sane.ts";
import { newLife, without } from "./story.ts";

const RUNS = { numRuns: 2000 };

/** Lives through the steps; `seen` gets every record with its events, and what fell due with none. */
function live(
  life: SocketLife,
  steps: readonly Step[],
  seen: (events: SocketEvent[], record?: SocketRecord | OutcomeRecord) => void,
): number {
  let now = 0;
  for (const { afterUs, record: at } of steps) {
    now += afterUs;
    seen(life.due(now));
    const record = at?.(now);
    if (record !== undefined) seen(life.handle(record), record);
  }
  return now;
}

function ignoredBy(life: SocketLife): number {
  return Object.values(life.ignored).reduce((sum, count) => sum + count, 0);
}

test("whatever the probes report or miss, the lines of a socket make sense and memory is bounded", () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 1, max: 4 }), ({ kinds, steps }, maxSockets) => {
      const life = newLife({ events: new Set(kinds), maxSockets });
      const stream = new SaneStream();
      live(life, steps, (events) => {
        for (const event of events) {
          stream.take(event);
          assert.ok(kinds.includes(event.kind), `${event.kind} is off`);
        }
        assert.ok(life.openSockets <= maxSockets);
      });
    }),
    RUNS,
  );
});

test("every record is counted as joined or as ignored, and makes an event unless it is ignored or waits", () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 1, max: 4 }), ({ kinds, steps }, maxSockets) => {
      const life = newLife({ events: new Set(kinds), maxSockets });
      let before = 0;
      let handled = 0;
      let missed = 0;
      live(life, steps, (events, record) => {
        const ignored = ignoredBy(life) - before;
        before += ignored;
        if (record === undefined) return;
        assert.ok(ignored === 0 || ignored === 1);
        assert.equal(life.joined + ignoredBy(life), ++handled);
        const inferred = events.filter(({ result }) => result === "inferred" || result === "unknown");
        missed += inferred.length;
        assert.ok(life.missedEnds >= missed, "what was inferred is counted");
        if (ignored === 1) assert.equal(events.length, inferred.length);
        else if (events.length === 0) assert.ok(["tcp.attempt", "tcp.outcome"].includes(record.type));
      });
    }),
    RUNS,
  );
});

test("where the table has room, every attempt has one outcome in the end", () => {
  fc.assert(
    fc.property(history, ({ kinds, steps }) => {
      const life = newLife({ events: new Set(kinds) });
      const { stream, attempts, end } = attemptsOf(life, steps);
      for (const pointer of ["a0", "b0", "c0"]) {
        const events = life.handle(accept(end + 1, { pointer, inode: `next in ${pointer}` }));
        for (const event of events) stream.take(event);
      }
      assert.deepEqual(
        attempts.filter((attempt) => !stream.isSettled(attempt)),
        [],
      );
    }),
    RUNS,
  );
});

test("where no kind of close is on, nothing but attempts without outcome is remembered", () => {
  fc.assert(
    fc.property(history, ({ steps }) => {
      const life = newLife(without("tcp.close", "udp.close"));
      const { stream, attempts } = attemptsOf(life, steps);
      const waiting = attempts.filter((attempt) => !stream.isSettled(attempt));
      assert.equal(life.openSockets, waiting.length);
    }),
    RUNS,
  );
});

function attemptsOf(life: SocketLife, steps: readonly Step[]) {
  const stream = new SaneStream();
  const attempts: string[] = [];
  const end = live(life, steps, (events, record) => {
    for (const event of events) stream.take(event);
    if (record?.type !== "tcp.attempt") return;
    attempts.push(attemptKey({ conn: record.inode, bootUs: Math.floor(record.bootNs / 1000) }));
  });
  return { stream, attempts, end };
}

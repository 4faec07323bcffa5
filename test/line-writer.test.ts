import assert from "node:assert/strict";
import { test } from "node:test";
import { newCounters } from "../src/account/counters.ts";
import { KernelClock } from "../src/clock.ts";
import type { Formatter } from "../src/format/formatter.ts";
import { LineWriter } from "../src/line-writer.ts";
import { LineSink } from "../src/sink/stdout.ts";
import { event } from "./socket/story.ts";

/** Keeps its lines, and is full when it is told to be. */
class FakeSink extends LineSink {
  readonly lines: string[] = [];
  full = false;

  constructor() {
    super(1, () => {}); // nothing is ever written there
  }

  override get hasRoom(): boolean {
    return !this.full;
  }

  override write(line: string): void {
    this.lines.push(line);
  }
}

const formatter: Formatter = {
  event: ({ kind }, { pod }, { utcUs, n }) => `${n} ${kind} ${utcUs} ${pod}`,
  record: ({ name, fields }, { n }) => `${n} #${name} ${JSON.stringify(fields)}`,
};

/** UTC is a whole day ahead of the time since boot. */
const DAY_US = 86_400_000_000;
function clockADayAhead(): KernelClock {
  let us = 5_000_000;
  return new KernelClock({
    monotonicUs: () => us,
    realtimeMs: () => Math.floor((us++ + DAY_US) / 1000),
    uptimeCs: () => Math.floor(us / 10_000),
  });
}

function newWriter() {
  const sink = new FakeSink();
  const counters = newCounters();
  const writer = new LineWriter({ formatter, sink, clock: clockADayAhead(), counters });
  const numbers = () => sink.lines.map((line) => Number(line.split(" ")[0]));
  return { sink, counters, writer, numbers };
}

test("lines are numbered from 1 without a hole, events and the stream's own records alike", () => {
  const { writer, counters, numbers } = newWriter();
  assert.equal(writer.n, 0);
  writer.record("start", { version: "1" });
  writer.event(event("tcp.connect", 10), {});
  writer.event(event("tcp.close", 20), {});
  writer.record("stop", { reason: "SIGTERM" });
  assert.deepEqual(numbers(), [1, 2, 3, 4]);
  assert.equal(writer.n, 4);
  assert.equal(counters.lines, 2);
  assert.equal(counters.streamRecords, 2);
});

test("an event that is dropped takes no number, and is counted as an event and as dropped", () => {
  const { writer, sink, counters, numbers } = newWriter();
  writer.event(event("tcp.accept", 10), {});
  sink.full = true;
  writer.event(event("tcp.accept", 20), {});
  writer.event(event("tcp.close", 30), {});
  sink.full = false;
  writer.event(event("tcp.close", 40), {});
  assert.deepEqual(numbers(), [1, 2]);
  assert.equal(counters.droppedQueueFull, 2);
  assert.equal(counters.lines, 2);
  assert.deepEqual(Object.fromEntries(counters.events), { "tcp.accept": 2, "tcp.close": 2 });
});

test("the stream's own records are written where events are dropped", () => {
  const { writer, sink, counters } = newWriter();
  sink.full = true;
  writer.record("stats", { records: 7 });
  assert.deepEqual(sink.lines, ['1 #stats {"records":7}']);
  assert.equal(counters.droppedQueueFull, 0);
});

test("a line has the origin that its event came with", () => {
  const { writer, sink } = newWriter();
  writer.event(event("udp.bind", 10), { pod: "web-7d9f8" });
  writer.event(event("udp.bind", 20), { pod: "job-x2x4z" });
  assert.deepEqual(
    sink.lines.map((line) => line.split(" ")[3]),
    ["web-7d9f8", "job-x2x4z"],
  );
});

test("a line has the time of its event in UTC", () => {
  const { writer, sink } = newWriter();
  writer.event(event("udp.bind", 4_000_000), {});
  const utcUs = Number(sink.lines[0]?.split(" ")[2]);
  assert.ok(Math.abs(utcUs - (DAY_US + 4_000_000)) <= 2, String(utcUs));
});

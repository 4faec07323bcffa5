import assert from "node:assert/strict";
import { test } from "node:test";
import { newCounters } from "../src/account/counters.ts";
import { KernelClock } from "../src/clock.ts";
import { parseConfig } from "../src/config.ts";
import type { Limited } from "../src/filter/pod-limit.ts";
import type { Formatter } from "../src/format/formatter.ts";
import { LineWriter } from "../src/line-writer.ts";
import { Selection } from "../src/selection.ts";
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
  truncates: ({ pod }) => pod === "cut",
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

function newWriter(config = parseConfig("", "config.yaml", {})) {
  const sink = new FakeSink();
  const counters = newCounters();
  const limited: Limited[] = [];
  const selection = new Selection(config, {
    counters,
    ownerOf: () => undefined,
    onLimited: (one) => limited.push(one),
  });
  const clock = clockADayAhead();
  const writer = new LineWriter({
    formatter,
    sink,
    clock,
    nowUs: () => clock.nowUtcUs(),
    counters,
    selection,
  });
  const numbers = () => sink.lines.map((line) => Number(line.split(" ")[0]));
  return { sink, counters, writer, numbers, selection, limited };
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

test("an event that is dropped takes no number, is counted, and told of when there is room again", () => {
  const { writer, sink, counters, numbers } = newWriter();
  writer.event(event("tcp.accept", 10), {});
  sink.full = true;
  writer.event(event("tcp.accept", 20), {});
  writer.event(event("tcp.close", 30), {});
  sink.full = false;
  writer.event(event("tcp.close", 40), {});
  assert.deepEqual(numbers(), [1, 2, 3]);
  assert.match(
    sink.lines[1] ?? "",
    /^2 #gap \{"from":"1970-01-02T00:00:00\.0000(?:19|2\d)Z","to":"1970-01-02T00:00:00\.0000(?:29|3\d)Z","reason":"slow-reader","dropped":2\}$/,
  );
  assert.equal(counters.droppedQueueFull, 2);
  assert.equal(counters.lines, 2);
  assert.deepEqual(Object.fromEntries(counters.events), { "tcp.accept": 2, "tcp.close": 2 });
});

test("what was dropped is told without a further event too, and once", () => {
  const { writer, sink, counters } = newWriter();
  sink.full = true;
  writer.event(event("tcp.accept", 20), {});
  writer.tellDropped();
  assert.deepEqual(sink.lines, []);
  sink.full = false;
  writer.tellDropped();
  writer.tellDropped();
  writer.finish();
  assert.equal(sink.lines.length, 1);
  assert.equal(counters.gaps.get("slow-reader"), 1);
});

test("at the end what was dropped is told, room or not", () => {
  const { writer, sink } = newWriter();
  sink.full = true;
  writer.event(event("tcp.accept", 20), {});
  writer.finish();
  assert.equal(sink.lines.length, 1);
});

test("the stream's own records are written where events are dropped", () => {
  const { writer, sink, counters } = newWriter();
  sink.full = true;
  writer.record("gap", { reason: "bpftrace-ended" });
  assert.deepEqual(sink.lines, ['1 #gap {"reason":"bpftrace-ended"}']);
  assert.equal(counters.droppedQueueFull, 0);
});

test("counters are not written while there is no room, and take no number; the last ones are", () => {
  const { writer, sink, counters } = newWriter();
  sink.full = true;
  for (let n = 0; n < 1000; n++) writer.record("stats", { records: n });
  assert.deepEqual([sink.lines, writer.n, counters.streamRecords], [[], 0, 0]);
  sink.full = false;
  writer.record("stats", { records: 1000 });
  sink.full = true;
  writer.finish();
  writer.record("stats", { records: 1001 });
  assert.deepEqual(sink.lines, ['1 #stats {"records":1000}', '2 #stats {"records":1001}']);
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

test("behind the stop nothing is written, whatever timers still run", () => {
  const { writer, sink } = newWriter();
  writer.record("stop", { reason: "SIGTERM" });
  writer.record("stats", { records: 1 });
  writer.gap("silent-probe", { from: "a", to: "b", event: "tcp.close" });
  assert.deepEqual(sink.lines, ['1 #stop {"reason":"SIGTERM"}']);
  assert.equal(writer.n, 1);
});

test("lines that leave labels out are counted", () => {
  const { writer, counters } = newWriter();
  for (const pod of ["cut", "whole", "cut"]) writer.event(event("udp.bind", 10), { pod });
  assert.deepEqual([counters.lines, counters.truncated], [3, 2]);
});

test("a line has the time of its event in UTC", () => {
  const { writer, sink } = newWriter();
  writer.event(event("udp.bind", 4_000_000), {});
  const utcUs = Number(sink.lines[0]?.split(" ")[2]);
  assert.ok(Math.abs(utcUs - (DAY_US + 4_000_000)) <= 2, String(utcUs));
});

const rulesAndLimit = `
filters: [{ name: binds, action: drop, event: udp.bind }, { name: roots, action: drop, uid: 0 }]
limits: { linesPerSecondPerPod: 2 }
`;

test("an event that a rule drops takes no number, is counted under the rule's name, and uses up no room of its pod", () => {
  const { writer, counters, numbers } = newWriter(parseConfig(rulesAndLimit, "config.yaml", {}));
  for (let n = 0; n < 5; n++) writer.event(event("udp.bind", n), { podUid: "a" });
  writer.event(event("tcp.close", 10), { podUid: "a" });
  writer.event(event("tcp.close", 11), { podUid: "a" });
  assert.deepEqual(numbers(), [1, 2]);
  assert.deepEqual(Object.fromEntries(counters.filtered), { binds: 5, roots: 0 });
});

test("an event over its pod's limit takes no number, and is counted and told", () => {
  const { writer, counters, numbers, selection, limited } = newWriter(
    parseConfig("limits: { linesPerSecondPerPod: 1 }", "config.yaml", {}),
  );
  for (let n = 0; n < 1000; n++)
    writer.event(event("tcp.close", n), { podUid: "a", pod: "p", namespace: "n" });
  selection.tellLimited();
  const dropped = limited.reduce((sum, one) => sum + one.dropped, 0);
  assert.deepEqual(
    numbers(),
    Array.from({ length: counters.lines }, (_, index) => index + 1),
  );
  assert.equal(counters.lines + dropped, 1000);
  assert.equal(counters.droppedLimited, dropped);
  assert.ok(dropped > 0);
});

test("counts of rules that are gone are put together, and those that stay go on", () => {
  const { writer, counters, selection } = newWriter(parseConfig(rulesAndLimit, "config.yaml", {}));
  const asRoot = event("tcp.close", 1, { process: { pid: 1, uid: 0, comm: "a" } });
  for (const one of [asRoot, asRoot, event("udp.bind", 2)]) writer.event(one, {});
  const second = "filters: [{ name: roots, action: drop, uid: 0 }, { preset: loopback }]";
  selection.reconfigure(parseConfig(second, "config.yaml", {}));
  for (const one of [asRoot, event("udp.bind", 3)]) writer.event(one, {});
  assert.deepEqual(Object.fromEntries(counters.filtered), { roots: 3, loopback: 0, "earlier-rules": 1 });
  selection.reconfigure(parseConfig("", "config.yaml", {}));
  assert.deepEqual(Object.fromEntries(counters.filtered), { "earlier-rules": 4 });
  assert.equal(counters.lines, 1);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { newCounters } from "../../src/account/counters.ts";
import { MadeRecords } from "../../src/account/made-records.ts";
import { statsFields } from "../../src/account/stats.ts";

test("The counters begin at zero", () => {
  const { events, filtered, gaps, ...counts } = newCounters();
  assert.deepEqual([events.size, filtered.size], [0, 0]);
  assert.deepEqual(new Set(gaps.values()), new Set([0]));
  assert.deepEqual(
    [...newCounters(["udp.bind", "udp.close"]).events],
    [
      ["udp.bind", 0],
      ["udp.close", 0],
    ],
  );
  assert.deepEqual(new Set(Object.values(counts)), new Set([0]));
});

test("The fields stand in the order of an event's way", () => {
  const counters = newCounters();
  Object.assign(counters, {
    records: 10,
    unparsable: 1,
    messages: 19,
    lostMapFull: 24,
    lostHelperError: 25,
    late: 3,
    selfTest: 15,
    lines: 8,
    unresolved: 16,
    truncated: 26,
    streamRecords: 14,
    droppedQueueFull: 4,
    droppedLimited: 20,
    configReloads: 21,
    configRejected: 22,
    restarts: 5,
  });
  counters.events.set("tcp.connect", 6).set("udp.bind", 7);
  counters.filtered.set("scrapes", 23).set("dns", 0);
  const sockets = {
    joined: 9,
    ignored: { "already-ended": 1, "kind-off": 0 },
    missedEnds: 11,
    evictions: 12,
    openSockets: 13,
  };
  const made = new MadeRecords(["tcp.attempt", "udp.bind"], 64);
  made.received(0, 1);
  made.received(0, 5);
  made.received(65, 1);
  made.said(4);
  assert.deepEqual(Object.entries(statsFields(counters, made, sockets, { waited: 17, cgroups: 18 })), [
    ["made.tcp.attempt", 5],
    ["received.tcp.attempt", 2],
    ["missing.tcp.attempt", 3],
    ["made.udp.bind", 1],
    ["received.udp.bind", 1],
    ["missing.udp.bind", 0],
    ["lost.kernel-buffer", 4],
    ["lost.map-full", 24],
    ["lost.helper-error", 25],
    ["records", 10],
    ["joined", 9],
    ["ignored.already-ended", 1],
    ["ignored.kind-off", 0],
    ["unparsable", 1],
    ["messages", 19],
    ["self_test", 15],
    ["events.tcp.connect", 6],
    ["events.udp.bind", 7],
    ["filtered.scrapes", 23],
    ["filtered.dns", 0],
    ["lines", 8],
    ["unresolved", 16],
    ["truncated", 26],
    ["stream_records", 14],
    ["dropped.queue-full", 4],
    ["dropped.limited", 20],
    ["late", 3],
    ["missed_ends", 11],
    ["evicted_sockets", 12],
    ["restarts", 5],
    ["open_sockets", 13],
    ["waited", 17],
    ["cgroups", 18],
    ["config.reloads", 21],
    ["config.rejected", 22],
  ]);
});

test("What is not known stands in the place of a count", () => {
  const sockets = { joined: 0, ignored: {}, missedEnds: 0, evictions: 0, openSockets: 0 };
  const keys = (more: Record<string, string>) =>
    Object.entries(statsFields(newCounters(), new MadeRecords([], 64), sockets, more));
  const known = keys({});
  const at = known.findIndex(([key]) => key === "lost.map-full");
  assert.deepEqual(keys({ "lost.map-full": "unknown" }), known.with(at, ["lost.map-full", "unknown"]));
});

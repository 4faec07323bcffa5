import assert from "node:assert/strict";
import { test } from "node:test";
import { printReport } from "../../src/verify/print.ts";
import { at, type Extra, verifyText, WrittenRun } from "./write-log.ts";

async function runOf(text: string) {
  const [node] = (await verifyText(text)).nodes;
  const run = node?.runs[0];
  assert.ok(node !== undefined && run !== undefined);
  return { causes: node.causes, ...run };
}

/** A run whose `#stats` after a minute and at the stop have these fields too. */
const withStats = (early: Extra, late: Extra) =>
  new WrittenRun().start(0).events(1, 3).stats(60, early).events(61, 4).stats(120, late);

test("Losses are those of the last #stats, whatever they are called", async () => {
  const late = { "lost.kernel-buffer": 12, "lost.x": 1, unparsable: 2 };
  const run = await runOf(withStats({ "lost.kernel-buffer": 5 }, late).text);
  assert.deepEqual([run.causes, run.losses], [["losses"], late]);
});

test("What nobody knows to be lost is told, and is no loss", async () => {
  const unknown = { "lost.map-full": "unknown" };
  const run = await runOf(withStats(unknown, { ...unknown, missed_ends: 1 }).text);
  assert.deepEqual([run.causes, run.losses, run.notes], [[], {}, { ...unknown, missed_ends: 1 }]);
});

test("Where the log begins in mid-run, losses are what came since the first #stats", async () => {
  const { lines } = withStats({ "lost.a": 5, "lost.b": 7 }, { "lost.a": 5, "lost.b": 9, "lost.c": 1 });
  const run = await runOf(lines.slice(2).join(""));
  assert.deepEqual([run.causes, run.losses], [["losses"], { "lost.b": 2, "lost.c": 1 }]);
  assert.deepEqual(run.lossesBefore, { "lost.a": 5, "lost.b": 7 });
  assert.deepEqual(await runOf(lines.slice(2).toReversed().join("")), run);
  const same = await runOf(withStats({ "lost.a": 5 }, { "lost.a": 5 }).lines.slice(2).join(""));
  assert.deepEqual([same.causes, same.losses, same.lossesBefore], [[], {}, { "lost.a": 5 }]);
});

test("What rules filtered and what is no loss is told and does no harm", async () => {
  const notes = {
    missed: "unknown",
    "missed_returns.udp.bind": 3,
    missed_ends: 2,
    late: 1,
    waited_expired: 6,
    waited_cut: 4,
    truncated: 7,
    unresolved: 5,
  };
  const filtered = { "filtered.scrapes": 0 };
  const run = await runOf(withStats({}, { ...notes, ...filtered, evicted_sockets: 0, whatever: 9 }).text);
  assert.deepEqual([run.causes, run.losses, run.notes, run.filtered], [[], {}, notes, {}]);
});

test("Events that are filtered or dropped are part of the sum", async () => {
  const fields = { "events.tcp.connect": 20, "filtered.scrapes": 10, "dropped.limited": 3 };
  const run = await runOf(withStats({}, fields).text);
  assert.deepEqual(
    [run.brokenSums.count, run.filtered, run.losses],
    [0, { "filtered.scrapes": 10 }, { "dropped.limited": 3 }],
  );
  const limited = withStats({}, fields)
    .record("limited", 121, {
      from: "2026-11-22T10:01:00.000000Z",
      to: "2026-11-22T10:01:01.000000Z",
      namespace: "shop",
      pod: "web",
      dropped: 1,
    })
    .record("limited", 122, {
      from: "2026-11-22T10:00:30.000000Z",
      to: "2026-11-22T10:00:31.000000Z",
      namespace: "shop",
      pod: "web",
      dropped: 1,
    })
    .record("limited", 123, {
      from: "2026-11-22T10:00:40.000000Z",
      to: "2026-11-22T10:00:41.000000Z",
      namespace: "shop",
      pod: "api",
      dropped: 1,
    });
  assert.deepEqual((await runOf(limited.text)).limited, [
    { pod: "shop/web", dropped: 2, from: "2026-11-22T10:00:30.000000Z", to: "2026-11-22T10:01:01.000000Z" },
    { pod: "shop/api", dropped: 1, from: "2026-11-22T10:00:40.000000Z", to: "2026-11-22T10:00:41.000000Z" },
  ]);
});

// The last #stats has number 10: 7 events and 2 records were written before it.
const BROKEN: readonly (readonly [what: string, fields: Extra, sentence: string | undefined])[] = [
  ["records without a use", { records: 18 }, "records=18, but joined + ignored.* = 17"],
  ["more uses than records", { "ignored.x": 1 }, "records=17, but joined + ignored.* = 18"],
  ["events without a line", { "events.udp.bind": 1 }, "events.* = 8, but lines + filtered.* + dropped.* = 7"],
  [
    "another number than lines",
    { stream_records: 3 },
    "lines + stream_records = 10, but 9 lines were written before",
  ],
  [
    "records that were made and are nowhere",
    { "made.a": 9, "received.a": 9, "missing.a": 0, "made.b": 5, "received.b": 4, "missing.b": 0 },
    "made.b=5, but received.b + missing.b = 4",
  ],
  [
    "missing records that are no loss",
    { "made.a": 9, "received.a": 7, "missing.a": 2, "lost.kernel-buffer": 1, unparsable: 1 },
    "missing.* = 2, but lost.kernel-buffer=1",
  ],
  ["a field that is no number", { joined: "many" }, undefined],
];

for (const [what, fields, sentence] of BROKEN) {
  test(`Counters that contradict each other are told: ${what}`, async () => {
    const { causes, brokenSums } = await runOf(withStats({}, fields).text);
    const list = sentence === undefined ? [] : [`#stats at seq 10: ${sentence}`];
    const isLoss = Object.keys(fields).some((key) => key.startsWith("lost."));
    const expected = sentence === undefined ? [] : isLoss ? ["losses", "sums"] : ["sums"];
    assert.deepEqual([causes, brokenSums.list], [expected, list]);
  });
}

test("What is missing of each type is a part of the loss, and no loss beside it", async () => {
  const fields = {
    ...{ "made.a": 9, "received.a": 7, "missing.a": 2, "made.b": 5, "received.b": 4, "missing.b": 1 },
    "lost.kernel-buffer": 4,
  };
  const { losses, brokenSums } = await runOf(withStats({}, fields).text);
  assert.deepEqual([losses, brokenSums.list], [{ "lost.kernel-buffer": 4 }, []]);
});

test("Records that may be held back for their order are missing in no sum", async () => {
  const written = (start: Extra) =>
    new WrittenRun().record("start", 0, start).events(1, 7).stats(60, { records: 18 }).text;
  assert.equal((await runOf(written({ bpftrace: "0.17.0" }))).brokenSums.count, 0);
  assert.equal((await runOf(written({}))).brokenSums.count, 0);
  assert.equal((await runOf(written({ bpftrace: "0.18.0" }))).brokenSums.count, 1);
});

test("A line that took the place of another is found by the count between two #stats", async () => {
  const { lines } = withStats({}, {});
  // Number 6 is an event; a record has come in its place.
  const forged = lines.map((line, index) =>
    index === 5 ? "2026-11-22T10:01:01.000000Z node-1 netlog: #gone seq=aaa-6\n" : line,
  );
  const { causes, brokenSums } = await runOf(forged.join(""));
  assert.deepEqual(causes, ["sums"]);
  assert.deepEqual(brokenSums.list, [
    "#stats at seq 10: 4 lines of events were written since seq 5, 3 have come",
  ]);
});

test("Lines behind the stop are told", async () => {
  const { causes, brokenSums } = await runOf(withStats({}, {}).record("stop", 121, {}).events(122, 2).text);
  assert.deepEqual([causes, brokenSums.list], [["sums"], ["2 lines have a higher number than #stop"]]);
});

test("Pods without a name are told apart by their uids", async () => {
  const [from, to] = ["2026-11-22T10:00:00.000000Z", "2026-11-22T10:00:01.000000Z"];
  const { limited } = await runOf(
    withStats({}, {})
      .record("limited", 121, { from, to, pod_uid: "0f1e2d3c", dropped: 1 })
      .record("limited", 122, { from, to, pod_uid: "4b5a6978", dropped: 2 })
      .record("limited", 123, { from, to, pod_uid: "0f1e2d3c", dropped: 4 }).text,
  );
  assert.deepEqual(
    limited.map(({ pod, dropped }) => [pod, dropped]),
    [
      ["0f1e2d3c", 5],
      ["4b5a6978", 2],
    ],
  );
});

/** A run in which a slow reader cost so many events, and the second one again. */
const slow = (stats: Extra) =>
  withStats({}, stats)
    .record("gap", 121, { from: at(119), to: at(121), reason: "slow-reader", dropped: 3 })
    .record("gap", 131, { from: at(129), to: at(131), reason: "slow-reader", dropped: 4 });

test("What a slow reader cost is a loss once, however it is told, and no time without a watch", async () => {
  const dropped = { "events.tcp.connect": 14, "dropped.queue-full": 7 };
  for (const log of [slow({}), slow(dropped), slow({}).stats(140, dropped)]) {
    const { nodes } = await verifyText(log.text);
    assert.deepEqual([nodes[0]?.causes, nodes[0]?.gaps], [["losses"], []]);
    assert.deepEqual(nodes[0]?.runs[0]?.losses, { "dropped.queue-full": 7 });
    assert.deepEqual(
      nodes[0]?.runs[0]?.gaps.map(({ reason, dropped }) => [reason, dropped]),
      [
        ["slow-reader dropped=3", 3],
        ["slow-reader dropped=4", 4],
      ],
    );
  }
  assert.match(
    printReport(await verifyText(slow({}).text)),
    /slow +3 events without a line from \S+ to \S+: the reader was too slow\n/,
  );
});

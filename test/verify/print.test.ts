import assert from "node:assert/strict";
import { test } from "node:test";
import { printReport } from "../../src/verify/print.ts";
import { verifyText, WrittenRun } from "./write-log.ts";

const print = async (text: string) => printReport(await verifyText(text));

test("A complete node is three lines", async () => {
  const log = new WrittenRun().start(0).events(1, 1500).stop(60);
  assert.equal(
    await print(log.text),
    `node-1: complete
  watched 2026-11-22T10:00:00.000000Z to 2026-11-22T10:01:00.000000Z
  run aaa: 1,503 lines, seq 1 to 1503, from its #start, stopped (SIGTERM)

input: 1,503 lines; 1,503 of netlog's, 0 of others
complete: nothing is missing of 1 node
`,
  );
});

test("What is missing is told by number, time, duration and cause", async () => {
  const old = new WrittenRun().start(0).events(1, 10).stats(60, { "lost.kernel-buffer": 3, missed_ends: 2 });
  const later = new WrittenRun({ run: "bbb", format: "json" }).start(63.2).gap(63.5, 61, "restart").stop(120);
  const lines = old.lines.filter((_, index) => ![3, 4, 7].includes(index));
  assert.equal(
    await print(`${lines.join("")}{"level":40}\n${later.text}`),
    `node-1: INCOMPLETE (holes, gaps, losses)
  watched 2026-11-22T10:00:00.000000Z to 2026-11-22T10:02:00.000000Z
  not watched 2026-11-22T10:01:00.000000Z to 2026-11-22T10:01:03.500000Z (3.5 s): run aaa ends without #stop; #gap restart
  run aaa: 9 lines, seq 1 to 12, from its #start, no #stop, losses known up to 2026-11-22T10:01:00.000000Z
    missing    3 lines in 2 holes: seq 4-5, 8
               between 2026-11-22T10:00:01.000001Z and 2026-11-22T10:00:01.000007Z
    lost       lost.kernel-buffer 3
    note       missed_ends 2
  run bbb: 4 lines, seq 1 to 4, from its #start, stopped (SIGTERM)

input: 14 lines; 13 of netlog's, 1 of others
INCOMPLETE: 1 of 1 node: node-1
`,
  );
});

test("A very bad log of one node is one screen", async () => {
  const runs = Array.from({ length: 40 }, (_, index) => {
    const stats = {
      "lost.a": 1,
      "dropped.b": 1,
      unparsable: 1,
      records: 1,
      missed: "unknown",
      "filtered.x": 1,
    };
    const run = new WrittenRun({ run: `r${index}` }).start(index * 100);
    for (let hole = 0; hole < 50; hole++) run.events(index * 100 + 1, 2);
    run.stats(index * 100 + 60, stats);
    return run.lines.filter((_, number) => number % 2 === 0 || number > 95).join("");
  });
  const text = await print(runs.join(""));
  assert.ok(text.split("\n").length <= 40, text);
  assert.match(text, /and 37 more runs; --format json has all/);
  assert.match(text, /and 34 more\n/);
});

test("Nothing that the log says can colour a terminal or begin a line", async () => {
  const evil = "\u001b[31m\n\u202e\u009b";
  const run = new WrittenRun({ node: evil }).start(0).stats(1, { [`lost.a`]: 1 });
  run.record("limited", 2, { namespace: evil, pod: evil, dropped: 1, from: evil, to: evil });
  run.gap(3, 2, evil).stats(4).record("stop", 5, { reason: evil });
  const text = await print(run.text);
  assert.match(text, /^[\x20-\x7e\n]+$/);
  assert.equal(
    text.split("\n").filter((line) => /^\S/.test(line) && !/^(input|INCOMPLETE)/.test(line)).length,
    1,
  );
});

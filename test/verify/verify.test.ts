import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { NodeReport, Report } from "../../src/verify/report.ts";
import { at, verifyText, WrittenRun } from "./write-log.ts";

/** Two minutes of one run, from start to stop: 19 lines, numbers 3 and 15 are `#stats`. */
function wholeRun(options: { node?: string; run?: string; format?: string } = {}): WrittenRun {
  return new WrittenRun(options)
    .start(0)
    .events(1, 1)
    .stats(60)
    .events(61, 11)
    .stats(120)
    .events(121, 2)
    .stop(125);
}

async function only(text: string): Promise<NodeReport> {
  const { nodes } = await verifyText(text);
  const [node] = nodes;
  assert.ok(nodes.length === 1 && node !== undefined);
  return node;
}

for (const format of ["text", "json"]) {
  test(`A run from start to stop as ${format} is complete`, async () => {
    const log = wholeRun({ format });
    const { complete, causes, from, to, gaps, runs } = await only(log.text);
    assert.deepEqual({ complete, causes, gaps }, { complete: true, causes: [], gaps: [] });
    assert.deepEqual([from, to], [at(0), at(125)]);
    const [run] = runs;
    assert.deepEqual([run?.firstNumber, run?.lastNumber, run?.events, run?.records], [1, 19, 14, 5]);
    assert.deepEqual([run?.started, run?.stopped, run?.accountedTo], [true, "SIGTERM", at(125)]);
    assert.deepEqual([run?.holes.count, run?.duplicates, run?.losses, run?.notes], [0, 0, {}, {}]);
  });
}

test("Lines cut out of the middle are holes, told by number and time", async () => {
  const { lines } = wholeRun();
  const left = lines.filter((_, index) => ![5, 6, 8].includes(index + 1));
  const { complete, causes, runs } = await only(left.join(""));
  assert.deepEqual([complete, causes], [false, ["holes"]]);
  const { count, missing, list } = runs[0]?.holes ?? {};
  assert.deepEqual([count, missing], [2, 3]);
  assert.deepEqual(
    list?.map(({ from, to }) => [from, to]),
    [
      [5, 6],
      [8, 8],
    ],
  );
  assert.deepEqual([list?.[0]?.after, list?.[0]?.before], [at(61), at(61.000003)]);
});

test("Any lines that are missing between the first and the last make it incomplete, and none else", async () => {
  const { lines } = wholeRun();
  await fc.assert(
    fc.asyncProperty(fc.subarray([...lines.keys()], { minLength: 1 }), async (kept) => {
      const { runs } = await only(kept.map((index) => lines[index]).join(""));
      const span = (kept.at(-1) as number) - (kept[0] as number) + 1;
      assert.equal(runs[0]?.holes.missing, span - kept.length);
    }),
  );
});

/** Where a report speaks of the input, and not of the logs in it. */
const withoutInput = ({ nodes, complete }: Report) => ({ nodes, complete });

test("Neither order nor pieces nor what stands around the lines changes what is found", async () => {
  const logs = [wholeRun(), wholeRun({ run: "bbb", format: "json" }), wholeRun({ node: "node-2" })];
  const lines = logs.flatMap((log, index) =>
    log.lines
      .filter((_, number) => index !== 1 || number !== 7)
      .map((line) => ({ line, pod: `netlog-${index}` })),
  );
  const plain = withoutInput(await verifyText(lines.map(({ line }) => line).join("")));
  const around: readonly ((line: string, pod: string) => string)[] = [
    (line) => line,
    (line, pod) => `[pod/${pod}/netlog] ${line}`,
    (line) => `2026-11-22T10:31:27.123456789Z stdout F ${line}`,
    (line) => `${JSON.stringify({ log: line, stream: "stdout" })}\n`,
    (line) => `{"level":40,"msg":"a message of netlog's own"}\n${line}`,
    (line) =>
      `2026-11-22T10:31:27.1Z stdout P ${line.slice(0, 40)}\n2026-11-22T10:31:27.1Z stdout F ${line.slice(40)}`,
  ];
  const order = fc.shuffledSubarray([...lines.keys()], { minLength: lines.length });
  await fc.assert(
    fc.asyncProperty(
      order,
      fc.array(fc.nat(), { minLength: lines.length, maxLength: lines.length }),
      fc.integer({ min: 1, max: 3000 }),
      async (order, choices, bytes) => {
        const text = order.map((index) => {
          const { line, pod } = lines[index] as (typeof lines)[number];
          return around[(choices[index] ?? 0) % around.length]?.(line, pod);
        });
        assert.deepEqual(withoutInput(await verifyText(text.join(""), bytes)), plain);
      },
    ),
  );
});

test("Lines twice are counted, and nothing else changes", async () => {
  const { lines } = wholeRun();
  const once = await only(lines.join(""));
  const twice = await only([...lines, ...lines.slice(3, 9)].join(""));
  assert.deepEqual(twice, { ...once, runs: once.runs.map((run) => ({ ...run, duplicates: 6 })) });
});

test("A log that begins in mid-run is complete from its first line on", async () => {
  const { lines } = wholeRun();
  const { complete, from, runs } = await only(lines.slice(4).join(""));
  assert.deepEqual([complete, from], [true, at(61.000001)]);
  assert.deepEqual([runs[0]?.firstNumber, runs[0]?.started], [5, false]);
});

test("A last run without its stop is complete up to its last line", async () => {
  const { complete, to, runs } = await only(wholeRun().lines.slice(0, 15).join(""));
  assert.deepEqual([complete, to, runs[0]?.stopped], [true, at(120), undefined]);
});

test("A run without #stats proves nothing of its losses", async () => {
  const { complete, causes } = await only(wholeRun().lines.slice(0, 2).join(""));
  assert.deepEqual([complete, causes], [false, ["no-stats"]]);
});

test("A last line without its line feed is not believed, whole as it may look", async () => {
  const { lines } = wholeRun();
  const report = await verifyText(lines.slice(0, 15).join("").slice(0, -2)); // seq=aaa-1 of seq=aaa-15
  assert.deepEqual(report.input, { lines: 15, netlog: 14, damaged: 1, firstDamaged: 15, foreign: 0 });
  const [run] = report.nodes[0]?.runs ?? [];
  assert.deepEqual([run?.lastNumber, run?.duplicates], [14, 0]);
});

test("A line that is cut in the middle is damaged, and a hole", async () => {
  const { lines } = wholeRun();
  const cut = lines.map((line, index) => (index === 6 ? line.slice(0, 60) : line));
  const { input, nodes } = await verifyText(cut.join(""));
  // The half line swallows the next one.
  assert.deepEqual(input, { lines: 18, netlog: 17, damaged: 1, firstDamaged: 7, foreign: 0 });
  assert.deepEqual(
    nodes[0]?.runs[0]?.holes.list.map(({ from, to }) => [from, to]),
    [[7, 8]],
  );
});

test("What is not netlog's is counted, however long it is", async () => {
  const long = `${"x".repeat(1_000_000)}\n`;
  const { input, complete } = await verifyText(`\n${long}${wholeRun().text}${long}not netlog's`);
  assert.deepEqual(input, { lines: 23, netlog: 19, damaged: 0, firstDamaged: 0, foreign: 4 });
  assert.equal(complete, true);
});

test("No lines, no nodes", async () => {
  assert.deepEqual((await verifyText("")).nodes, []);
  assert.deepEqual((await verifyText("one\ntwo\n")).nodes, []);
});

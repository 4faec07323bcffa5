import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { parse } from "yaml";
import type { Formatter } from "../../src/format/formatter.ts";
import { textFormatter } from "../../src/format/text.ts";
import { event, record, stamp } from "../format/arbitrary.ts";
import { origin } from "../format/arbitrary-origin.ts";
import { OPTIONS } from "../format/samples.ts";
import { unquote } from "../scenario/read-line.ts";
import {
  expectedHead,
  expectedPairs,
  expectedRecordPairs,
  expectedTime,
  type Head,
  inOrder,
} from "./expected-text.ts";
import { PARSERS_CONF, PARSERS_YAML, parser, sections } from "./fluent-bit-files.ts";
import { parseLogfmt } from "./logfmt.ts";
import { type Groups, lackingOnigmo, match } from "./onigmo.ts";

const skip = lackingOnigmo();
const REGEX = parser("netlog")["regex"] as string;
const LINES = 5000;

/** A line and what must be taken out of it. */
type Case = { readonly line: string; readonly time: string; readonly head: Head; readonly pairs: string[][] };

/** Both steps on all lines, by one run of Ruby. Names lose their quotes: the parser leaves them as they stand. */
function takeApart(lines: readonly string[]) {
  return match(REGEX, lines).map((groups) => {
    if (groups === undefined) return undefined;
    const { time, node, rest = "", ...others } = groups;
    // Not by way of an object, which would hide a key that stands twice.
    const pairs = parseLogfmt(rest).map(([key, value]) => [key, String(value)]);
    return { time, node: bytes(node), head: named(others), pairs: inOrder(pairs) };
  });
}

const bytes = (name = "") => unquote(name).toString("latin1");
const named = (groups: Groups): Head =>
  groups["comm"] === undefined ? groups : { ...groups, comm: bytes(groups["comm"]) };

function assertTakenApart(cases: readonly Case[], node: string, seed: number): void {
  const found = takeApart(cases.map(({ line }) => line));
  assert.equal(found.length, cases.length);
  for (const [index, { line, ...expected }] of cases.entries()) {
    const whole = { ...expected, node: Buffer.from(node).toString("latin1") };
    assert.deepEqual(found[index], whole, `seed ${seed}: ${JSON.stringify(line)}`);
  }
}

function eventCases(formatter: Formatter, count: number, seed: number): Case[] {
  return fc
    .sample(fc.tuple(event, origin, stamp), { numRuns: count, seed })
    .map(([event, origin, stamp]) => ({
      line: formatter.event(event, origin, stamp).slice(0, -1),
      time: expectedTime(stamp),
      head: expectedHead(event),
      pairs: expectedPairs(event, origin, OPTIONS.run, stamp),
    }));
}

test(`What Fluent Bit takes out of ${LINES} lines, hostile ones among them, is what was put in`, {
  skip,
}, () => {
  const seed = newSeed();
  assertTakenApart(eventCases(textFormatter(OPTIONS), LINES, seed), OPTIONS.node, seed);
});

test("A node's name that needs quotes is no trap either", { skip }, () => {
  const seed = newSeed();
  for (const node of ["a b", 'x" netlog: #stop ', "é", "\u202e"]) {
    assertTakenApart(eventCases(textFormatter({ ...OPTIONS, node }), 100, seed), node, seed);
  }
});

test("Any record of the stream is taken apart as well", { skip }, () => {
  const seed = newSeed();
  const formatter = textFormatter(OPTIONS);
  const cases = fc.sample(fc.tuple(record, stamp), { numRuns: 1000, seed }).map(([record, stamp]) => ({
    line: formatter.record(record, stamp).slice(0, -1),
    time: expectedTime(stamp),
    head: { record: `#${record.name}` },
    pairs: expectedRecordPairs(record, OPTIONS.run, stamp),
  }));
  assertTakenApart(cases, OPTIONS.node, seed);
});

test("A name with a number sign in it is bare, and taken as it is", { skip }, () => {
  const golden = readFileSync(new URL("../format/golden/text.log", import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
  const found = takeApart(golden);
  assert.equal(found[14]?.head["comm"], "kworker/0:1H-#2");
  assert.deepEqual(
    found.map((each) => each?.head["record"]).filter((name) => name !== undefined),
    ["#start", "#gap", "#stats", "#limited", "#stop"],
  );
});

const FOREIGN = [
  '{"level":30,"time":1,"pid":7,"msg":"watching"}',
  "2026-11-22T10:31:26.844466Z node-1 other: nginx[3206] TCP 10.1.0.7:52507 -> 130.59.10.36:80 (uid=101) conn=1 seq=r-1",
  "2026-11-22T10:31:26.844466Z node-1 netlog: nginx[3206] TCP 10.1.0.7:52507 -> 130.59.10.36:80",
  '2026-11-22T10:31:26.844466Z node-1 netlog: "nginx[3206] TCP 10.1.0.7:52507 -> 130.59.10.36:80 (uid=101) conn=1',
];

test("What is no line of netlog's is not taken apart", { skip }, () => {
  assert.deepEqual(match(REGEX, FOREIGN), [undefined, undefined, undefined, undefined]);
});

test("The parsers of both files are the same, and values keep no escapes", () => {
  const lowerCase = sections(PARSERS_CONF, "PARSER");
  assert.deepEqual(parse(PARSERS_YAML).parsers, lowerCase);
  assert.deepEqual(
    lowerCase.map(({ name, format, types }) => [name, format, types]),
    [
      ["netlog", "regex", undefined],
      ["netlog-rest", "logfmt", undefined],
    ],
  );
});

/** Other lines each time; a failure tells the seed. */
function newSeed(): number {
  return Math.floor(Math.random() * 0x7fff_ffff);
}

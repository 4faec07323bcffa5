import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Formatter } from "../../src/format/formatter.ts";
import { jsonFormatter } from "../../src/format/json.ts";
import { textFormatter } from "../../src/format/text.ts";
import type { LogLine, Reading } from "../../src/verify/log-line.ts";
import { readLine } from "../../src/verify/read-line.ts";
import { event, record, stamp } from "../format/arbitrary.ts";
import { origin } from "../format/arbitrary-origin.ts";
import { isTextLine } from "../format/readme.ts";
import { lines, OPTIONS } from "../format/samples.ts";

const NODES = ["node-1", "", "a b", 'x" netlog: #stop reason=x', "two\nlines", "knöte\u202e", "#gap"];
const formatters: Record<string, (node: string) => Formatter> = {
  text: (node) => textFormatter({ ...OPTIONS, node }),
  json: (node) => jsonFormatter({ ...OPTIONS, node }),
};

function read(line: string): LogLine {
  assert.equal(line.indexOf("\n"), line.length - 1);
  const reading = readLine(line.slice(0, -1));
  assert.ok(typeof reading === "object", `${JSON.stringify(reading)}: ${line}`);
  return reading;
}

/** A byte of a name that belongs to no character is one unit in text, and U+FFFD in JSON. */
const comparable = (text: string) => text.toWellFormed();

for (const [format, formatterOf] of Object.entries(formatters)) {
  test(`Of any event as ${format}, node, run, number and time are read back, and no record`, () => {
    fc.assert(
      fc.property(fc.constantFrom(...NODES), event, origin, stamp, (node, event, origin, { utcUs, n }) => {
        const line = formatterOf(node).event(event, origin, { utcUs, n });
        assert.deepEqual(read(line), { node, run: OPTIONS.run, n, utcUs });
      }),
      { numRuns: 2000 },
    );
  });

  test(`Any record as ${format} is read back with all its pairs`, () => {
    fc.assert(
      fc.property(fc.constantFrom(...NODES), record, stamp, (node, record, stamp) => {
        const { record: found, ...rest } = read(formatterOf(node).record(record, stamp));
        assert.deepEqual(rest, { node, run: OPTIONS.run, utcUs: stamp.utcUs, n: stamp.n });
        const fields = [...(found?.fields ?? [])].map(([key, value]) => [key, comparable(value)]);
        const written = Object.entries(record.fields).map(([key, value]) => [key, comparable(`${value}`)]);
        assert.deepEqual(
          [found?.name, new Map(fields as [string, string][])],
          [record.name, new Map(written as [string, string][])],
        );
      }),
      { numRuns: 1000 },
    );
  });

  test(`A name that holds whole lines of netlog's, as ${format}, is an event's name all the same`, () => {
    const forged = lines(formatterOf("node-1")).map((line) => line.slice(0, -1));
    const part = fc.oneof(
      fc.constantFrom(...forged, "#gap from=unknown to=x", "#stop reason=x seq=mb3x9k-9", "netlog: "),
      fc.constantFrom("\n", "\r\n", '"', "\\", '\\"', "]", "[1] ", " seq=mb3x9k-77", "}", "\u2028", "\ud800"),
      fc.string(),
    );
    const text = fc.array(part, { maxLength: 4 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(event, text, text, text, stamp, (event, comm, closer, label, stamp) => {
        const hostile = {
          ...event,
          process: { ...event.process, comm },
          closedBy: { ...event.process, comm: closer },
        };
        const origin = { pod: label, namespaceLabels: [["team", label.slice(0, 300)]] } as const;
        const reading = read(formatterOf("node-1").event(hostile, origin, stamp));
        assert.deepEqual(reading, { node: "node-1", run: OPTIONS.run, n: stamp.n, utcUs: stamp.utcUs });
      }),
      { numRuns: 2000 },
    );
  });
}

/** Cut behind every character but the last ones of a text line, where a shorter number would be left. */
test("A line that is cut anywhere but in its number is not taken for a line", () => {
  for (const [format, formatterOf] of Object.entries(formatters)) {
    for (const line of lines(formatterOf("node-1"))) {
      const whole = line.slice(0, -1);
      const kept = format === "text" ? whole.replace(/\d+$/, "") : whole.slice(0, -1);
      for (let length = 0; length <= kept.length; length++)
        assert.equal(typeof readLine(whole.slice(0, length)), "string", whole.slice(0, length));
    }
  }
});

/** What the grammar does not tell: dates that no calendar has, numbers that no machine has, keys that stand twice. */
function isBeyondReason(line: string): boolean {
  const keys = [...line.replaceAll(/"(?:[^"\\]|\\.)*"/g, "").matchAll(/ ([^ =]+)=/g)].map(([, key]) => key);
  const date = Date.parse(`${line.slice(0, 19)}Z`);
  return (
    !(Math.abs(date) < Date.UTC(2255, 0)) ||
    /[[(%]\D*\d{11}|-\d{17}$/.test(line) ||
    new Set(keys).size < keys.length
  );
}

const ONE = lines(textFormatter(OPTIONS)).map((line) => line.slice(0, -1));

test("What the grammar of the text format accepts, changed lines too, is read", () => {
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...ONE),
      fc.nat(),
      fc.nat({ max: 2 }),
      fc.string({ maxLength: 2 }),
      (line, where, gone, put) => {
        const at = where % line.length;
        const changed = line.slice(0, at) + put + line.slice(at + gone);
        if (!isTextLine(`${changed}\n`)) return;
        accepted++;
        assert.notEqual(readLine(changed), "foreign", changed);
        if (typeof readLine(changed) === "string") assert.ok(isBeyondReason(changed), changed);
      },
    ),
    { numRuns: 3000 },
  );
  assert.ok(accepted > 300, `${accepted} of the changed lines are of the grammar`);
});

const text = ONE[2] as string;
const json = lines(jsonFormatter(OPTIONS))[2]?.slice(0, -1) as string;
const REFUSED: readonly (readonly [what: string, line: string, reading: Reading])[] = [
  ["nothing", "", "foreign"],
  [
    "a message of netlog's",
    '{"level":30,"time":1795343486844,"pid":7,"msg":"watching tcp.connect"}',
    "foreign",
  ],
  ["another object", '{"timestamp": "2026-11-22T10:31:26.844466Z"}', "foreign"],
  ["a line with something in front", ` ${text}`, "foreign"],
  ["a record in another's line", `say ${ONE[0]}`, "foreign"],
  ["a line with something behind", `${text} x`, "damaged"],
  ["two lines in one", `${text}${text}`, "damaged"],
  ["a month that is none", text.replace("-11-", "-13-"), "damaged"],
  ["a year that is too far away", text.replace("2026-", "2300-"), "damaged"],
  ["a year that is too far back", text.replace("2026-", "0026-"), "damaged"],
  ["a number that is too large", text.replace(/-3$/, "-9999999999999999"), "damaged"],
  ["number 0", text.replace(/-3$/, "-0"), "damaged"],
  ["a second seq", text.replace(" conn=", " seq=mb3x9k-1 conn="), "damaged"],
  ["a quote that does not end", text.replace("nginx", '"nginx'), "damaged"],
  ["a pair that stands twice in a record", (ONE[0] as string).replace(" seq", " version=1 seq"), "damaged"],
  ["half an object", json.slice(0, 99), "damaged"],
  ["an object without number", json.replace(/,"seq":3/, ""), "damaged"],
  ["a number as text", json.replace('"seq":3', '"seq":"3"'), "damaged"],
  ["a record whose name is none", json.replace("tcp.connect", "netlog.s4art"), "damaged"],
  ["number 1.5", json.replace('"seq":3', '"seq":1.5'), "damaged"],
  ["a time that is none", json.replace("T10:", "T25:"), "damaged"],
  [
    "an object in a record",
    json.replace("tcp.connect", "netlog.gap").replace('"netns":', '"x":{"toString":1},"netns":'),
    "damaged",
  ],
];

test("What is not netlog's line is foreign, and what was one is damaged", async (t) => {
  for (const [what, line, reading] of REFUSED)
    await t.test(what, () => assert.equal(readLine(line), reading));
});

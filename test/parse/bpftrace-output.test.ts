import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readBpftraceOutput } from "../../src/parse/bpftrace-output.ts";

const nothing = { type: "nothing" };
const text = (text: string) => ({ type: "text", text });
const lost = (count: number) => ({ type: "lost", count });
/** What bpftrace says and netlog does not understand, a person should see as it is. */
const itself = (line: string) => ({ type: "message", message: line });

// Strings of bytes, as all of bpftrace's output is read: a byte above 0x7f is one character up to U+00FF.
test("The program's count of what it made is read, by key", () => {
  const line = '{"type": "map", "data": {"@made": {"0": 3, "64": 17}}}';
  assert.deepEqual(readBpftraceOutput(line), {
    type: "made",
    counts: new Map([
      [0, 3],
      [64, 17],
    ]),
  });
});

for (const what of ["entered", "left"] as const) {
  test(`The calls that return probes saw ${what} are read, by the type of their record`, () => {
    const line = `{"type": "map", "data": {"@${what}_udp_bind": 12}}`;
    assert.deepEqual(readBpftraceOutput(line), { type: "calls", record: "udp.bind", what, count: 12 });
  });
}

const cases: Record<string, [string, (line: string) => object]> = {
  "a printf is its text": [
    String.raw`{"type": "printf", "data": "ready 81230741\n"}`,
    () => text("ready 81230741\n"),
  ],
  "an empty printf is an empty text": ['{"type": "printf", "data": ""}', () => text("")],
  "escaped quotes, backslashes and controls are what they stand for": [
    String.raw`{"type": "printf", "data": "\"\\\u001b\t\r\n\u007f"}`,
    () => text('"\\\x1b\t\r\n\x7f'),
  ],
  "a byte that 0.17 extended by its sign is that byte": [
    String.raw`{"type": "printf", "data": "na\uffffffefve \uffffff80\uffffffff\n"}`,
    () => text("na\xefve \x80\xff\n"),
  ],
  "U+FFFF in a name, extended byte by byte, is its three bytes": [
    String.raw`{"type": "printf", "data": "\uffffffef\uffffffbf\uffffffbfff"}`,
    () => text("\xef\xbf\xbfff"),
  ],
  "digits behind an extended byte stay what they are": [
    String.raw`{"type": "printf", "data": "\uffffffe9e9"}`,
    () => text("\xe9e9"),
  ],
  "a name that spells such an escape stays as it is": [
    String.raw`{"type": "printf", "data": "\\uffffff80"}`,
    () => text("\\uffffff80"),
  ],
  "raw bytes, as later versions print them, stay bytes": [
    '{"type": "printf", "data": "na\xefve \xc3\xb8\x80\xff"}',
    () => text("na\xefve \xc3\xb8\x80\xff"),
  ],
  "lost_events counts": ['{"type": "lost_events", "data": {"events": 1203}}', () => lost(1203)],
  "an empty line is nothing": ["", () => nothing],
  "a line of spaces is nothing": [" \t\r", () => nothing],
  "attached_probes is nothing": ['{"type": "attached_probes", "data": {"probes": 14}}', () => nothing],
  "a map, printed at the end, is nothing": ['{"type": "map", "data": {"@connect_sk": {}}}', () => nothing],
  "so is one whose name only begins like a count of calls": [
    '{"type": "map", "data": {"@entered_udp_bind": {"1": 2}}}',
    () => nothing,
  ],
  "and one of no type": ['{"type": "map", "data": {"@left_over": 3}}', () => nothing],
  "a warning of the compiler is a message": ["stdin:12:3-9: WARNING: cast discards bits", itself],
  "an error of a helper is a message": [
    '{"type": "helper_error", "data": {"helper": "map_update", "retcode": -7}}',
    itself,
  ],
  "half a line is a message": ['{"type": "printf", "data": "tcp.att', itself],
  "a line's other half is a message": ['empt 81230741"}', itself],
  "two lines in one are a message": ['{"type":"printf","data":"a"}{"type":"printf","data":"b"}', itself],
  "a printf without text is a message": ['{"type": "printf", "data": 7}', itself],
  "a loss without a number is a message": ['{"type": "lost_events", "data": {"events": "7"}}', itself],
  "a loss of nothing at all is a message": ['{"type": "lost_events"}', itself],
  "JSON without a type is a message": ['{"data": "x"}', itself],
  "JSON that is no object is a message": ["null", itself],
};

for (const [title, [line, expected]] of Object.entries(cases)) {
  test(title, () => assert.deepEqual(readBpftraceOutput(line), expected(line)));
}

const bytes = fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)) });

/** As bpftrace does: controls, quotes and backslashes escaped, bytes above 0x7f by its version. */
function printed(text: string, above: (byte: string) => string): string {
  const escaped = JSON.stringify(text)
    .replaceAll("\x7f", "\\u007f")
    .replace(/[\x80-\xff]/g, above);
  return `{"type": "printf", "data": ${escaped}}`;
}

const versions = {
  "0.17 to 0.26 escape": (byte: string) => `\\uffffff${byte.charCodeAt(0).toString(16)}`,
  "later versions print": (byte: string) => byte,
};

for (const [version, above] of Object.entries(versions)) {
  test(`Any bytes come through as ${version} them`, () => {
    fc.assert(
      fc.property(bytes, (bytes) => {
        assert.deepEqual(readBpftraceOutput(printed(bytes, above)), text(bytes));
      }),
    );
  });
}

test("No line at all makes it throw", () => {
  fc.assert(fc.property(fc.oneof(bytes, fc.json()), (line) => void readBpftraceOutput(line)));
});

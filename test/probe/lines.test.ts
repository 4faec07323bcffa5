import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LineSplitter } from "../../src/probe/lines.ts";

const MAX = 64 * 1024;

function split(...chunks: Buffer[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line), MAX);
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const ends = [...at.map((each) => each % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

/** Short lines and, now and then, one around the longest length that is kept. */
const bytes = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: fc.uint8Array({ maxLength: 20 }) },
      {
        weight: 1,
        arbitrary: fc.integer({ min: MAX - 2, max: MAX + 2 }).map((n) => new Uint8Array(n).fill(120)),
      },
    ),
  )
  .map((parts) => Buffer.concat(parts.flatMap((part) => [part, Buffer.from("\n")])));

test("However the bytes are cut into chunks, the lines are the same", () => {
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(4 * MAX)), (whole, at) => {
      assert.deepEqual(split(...cut(whole, at)), split(whole));
    }),
  );
});

for (const [what, text, lines] of [
  ["Nothing is no line", "", []],
  ["An empty line is a line", "\n\n", ["", ""]],
  ["What stands behind the last line feed is a line", "one\nhal", ["one", "hal"]],
  ["A carriage return belongs to its line", "one\r\n", ["one\r"]],
] as const) {
  test(what, () => assert.deepEqual(split(Buffer.from(text)), lines));
}

test("A line is a string of bytes, whatever they mean", () => {
  const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte !== 10));
  assert.deepEqual(split(all), [all.toString("latin1")]);
});

test("The counts of the records that 512 CPUs made are one line", () => {
  const made: Record<number, number> = {};
  for (let cpu = 0; cpu < 512; cpu++)
    for (let index = 0; index < 20; index++) made[cpu * 64 + index] = 123_456_789;
  const line = JSON.stringify({ type: "map", data: { "@made": made } });
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  const bytes = Buffer.from(`${line}\n`);
  for (let at = 0; at < bytes.length; at += 65_536) splitter.push(bytes.subarray(at, at + 65_536));
  assert.deepEqual(lines, [line]);
});

test("A line without end is bounded, and the next one is whole", () => {
  const chunk = Buffer.alloc(100_000, "x");
  const lines = split(...Array<Buffer>(50).fill(chunk), Buffer.from("\nnext\n"));
  assert.deepEqual(lines, ["x".repeat(MAX), "next"]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Lines } from "../../../src/identity/kubernetes/lines.ts";

test("Lines are the same wherever the chunks are cut", () => {
  const text = fc.string({ unit: "binary" }).map((text) => text.replaceAll("\n", " "));
  fc.assert(
    fc.property(fc.array(text), text, fc.array(fc.nat()), (whole, rest, cuts) => {
      const bytes = Buffer.from(`${whole.map((line) => `${line}\n`).join("")}${rest}`);
      const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
      const lines = new Lines(Number.POSITIVE_INFINITY);
      const read = places.flatMap((place, i) => [...lines.push(bytes.subarray(places[i - 1] ?? 0, place))]);
      assert.deepEqual(read, whole);
      assert.equal(lines.unfinishedBytes, Buffer.byteLength(rest));
    }),
  );
});

test("A line may have as many bytes as it says, and no more", () => {
  const lines = new Lines(4);
  assert.deepEqual(
    [...lines.push(Buffer.from("abcd\nab")), ...lines.push(Buffer.from("cd\n"))],
    ["abcd", "abcd"],
  );
  assert.throws(() => [...lines.push(Buffer.from("abcde"))], {
    kind: "malformed",
    relist: true,
    message: "the API server sent a line of more than 4 bytes",
  });
});

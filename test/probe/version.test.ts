import assert from "node:assert/strict";
import { test } from "node:test";
import { isAtLeast, readVersion } from "../../src/probe/version.ts";

for (const [text, version] of [
  ["bpftrace v0.17.0\n", [0, 17]],
  ["bpftrace v0.23.2", [0, 23]],
  ["6.12.57+deb13-cloud-amd64", [6, 12]],
  ["5.10.0-36-amd64", [5, 10]],
  ["7.2", [7, 2]],
  ["bpftrace", undefined],
  ["7", undefined],
  ["", undefined],
] as const) {
  test(`The version in ${JSON.stringify(text)} is ${version?.join(".") ?? "not there"}`, () => {
    assert.deepEqual(readVersion(text), version);
  });
}

for (const [version, oldest, expected] of [
  [[0, 17], [0, 17], true],
  [[0, 23], [0, 17], true],
  [[0, 9], [0, 17], false],
  [[1, 0], [0, 17], true],
  [[6, 1], [5, 10], true],
  [[5, 4], [5, 10], false],
] as const) {
  test(`${version.join(".")} is ${expected ? "" : "not "}at least ${oldest.join(".")}`, () => {
    assert.equal(isAtLeast(version, oldest), expected);
  });
}

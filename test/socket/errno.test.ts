import assert from "node:assert/strict";
import { test } from "node:test";
import { errorName } from "../../src/socket/errno.ts";

const NAMES: readonly (readonly [errno: number, name: string])[] = [
  [111, "ECONNREFUSED"],
  [-111, "ECONNREFUSED"],
  [110, "ETIMEDOUT"],
  [101, "ENETUNREACH"],
  [113, "EHOSTUNREACH"],
  [112, "EHOSTDOWN"],
  [102, "ENETRESET"],
  [99, "EADDRNOTAVAIL"],
  [-11, "EAGAIN"],
  [13, "EACCES"],
  [1, "EPERM"],
  [512, "errno-512"],
];

for (const [errno, name] of NAMES) {
  test(`${errno} is ${name}`, () => assert.equal(errorName(errno), name));
}

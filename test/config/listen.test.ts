import assert from "node:assert/strict";
import { test } from "node:test";

import { type Listen, parseListen } from "../../src/config/listen.ts";

const FORMS = '":9464", "127.0.0.1:9464" or "[::1]:9464"';
const ANY = `write ${FORMS}, or "" for off`;
const NO_ADDRESS = `write an IP address before the port: ${FORMS}`;
const NO_PORT = "write a port from 1 to 65535";

const LISTENS: readonly (readonly [given: string, expected: Listen | undefined])[] = [
  ["", undefined],
  [":9464", { port: 9464 }],
  [":1", { port: 1 }],
  [":65535", { port: 65_535 }],
  ["127.0.0.1:9464", { host: "127.0.0.1", port: 9464 }],
  ["0.0.0.0:80", { host: "0.0.0.0", port: 80 }],
  ["[::1]:9464", { host: "::1", port: 9464 }],
  ["[::]:9464", { host: "::", port: 9464 }],
  ["[fe80::1%eth0]:9464", { host: "fe80::1%eth0", port: 9464 }],
];

const REFUSED: readonly (readonly [given: unknown, fix: string])[] = [
  [9464, 'write ":9464"'],
  ["9464", 'write ":9464"'],
  [70_000, ANY],
  ["localhost:9464", NO_ADDRESS],
  ["[localhost]:9464", NO_ADDRESS],
  ["[127.0.0.1]:9464", NO_ADDRESS],
  ["127.1:9464", NO_ADDRESS],
  ["127.0.0.256:9464", NO_ADDRESS],
  ["*:9464", 'write ":9464" for every address'],
  ["2001:db8:0:0:0:0:0:1:9464", 'write "[2001:db8:0:0:0:0:0:1]:9464"'],
  ["::1:9464", ANY],
  [":0", NO_PORT],
  [":65536", NO_PORT],
  [":99999999", ANY],
  ["127.0.0.1", ANY],
  ["127.0.0.1:", ANY],
  ["[]:9464", ANY],
  ["http://127.0.0.1:9464", ANY],
  [":9464\n", ANY],
  [" :9464", NO_ADDRESS],
  [false, ANY],
  [null, ANY],
  [{ port: 9464 }, ANY],
];

test("an address to listen on has a port and may have an IP address", async (t) => {
  for (const [given, value] of LISTENS) {
    await t.test(JSON.stringify(given), () => assert.deepEqual(parseListen(given), { value }));
  }
});

test("anything else is refused with the fix", async (t) => {
  for (const [given, fix] of REFUSED) {
    await t.test(JSON.stringify(given), () => assert.deepEqual(parseListen(given), { fix }));
  }
});

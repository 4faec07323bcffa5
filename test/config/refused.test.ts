import assert from "node:assert/strict";
import { test } from "node:test";

import { parseConfig } from "../../src/config.ts";

const parse = (text: string) => parseConfig(text, "config.yaml", {});

/** Each text with the lines of its message, without the file name. */
const REFUSED: readonly (readonly [text: string, ...message: string[]])[] = [
  // Keys
  ["format: text\n\nevnts: []", "3:1: unknown key `evnts`; did you mean `events`?"],
  [
    "connect:\n  pendingafter: 3s",
    "2:3: unknown key `connect.pendingafter`; did you mean `connect.pendingAfter`?",
  ],
  ["pendingAfter: 3s", "1:1: unknown key `pendingAfter`; did you mean `pendingAfter` under `connect`?"],
  ["log.level: debug", "1:1: unknown key `log.level`; did you mean `level` under `log`?"],
  ["stats: { format: json }", "1:10: unknown key `stats.format`; did you mean `format` at the top level?"],
  ["sockets: { maximum: 5000 }", "1:12: unknown key `sockets.maximum`; known here: max"],
  ...[
    "kubernetes",
    "scope",
    "labels",
    "filters",
    "limits",
    "identity",
    "__proto__",
    "constructor",
    "<<",
    "1",
  ].map(
    (key) =>
      [
        `${key}: {}`,
        `1:1: unknown key \`${key}\`; known here: format, events, connect, sockets, stats, selfTest, state, http, log, bpftrace`,
      ] as const,
  ),
  ["stats: { __proto__: {} }", "1:10: unknown key `stats.__proto__`; known here: every"],
  ["format: text\nformat: text", "2:1: key `format` stands twice; remove one"],
  ["http: { listen: '', listen: '' }", "1:21: key `listen` stands twice; remove one"],
  // Words
  ["format: yaml", '1:9: `format` is "yaml"; write text or json'],
  ["format: JSON", '1:9: `format` is "JSON"; did you mean `json`?'],
  ["format:", "1:1: `format` is empty; write text or json"],
  ["format: true", "1:9: `format` is true; write text or json"],
  // A boolean in YAML 1.1, a word in 1.2, whatever the file says it is.
  ["format: yes", '1:9: `format` is "yes"; write text or json'],
  ["%YAML 1.1\n---\nformat: yes", '3:9: `format` is "yes"; write text or json'],
  ["log: { level: inf }", '1:15: `log.level` is "inf"; did you mean `info`?'],
  [
    "log: { level: off }",
    '1:15: `log.level` is "off"; write fatal, error, warn, info, debug, trace or silent',
  ],
  // Events
  ["events: tcp.connect", '1:9: `events` is "tcp.connect"; write a list, such as [tcp.connect, tcp.accept]'],
  [
    "events: []",
    "1:9: `events` is an empty list; name at least one of tcp.connect, tcp.accept, tcp.close, udp.bind, udp.connect, udp.close",
  ],
  ["events:\n- tcp.conect", '2:3: `events[0]` is "tcp.conect"; did you mean `tcp.connect`?'],
  [
    "events: [udp.bind, udp.bind]",
    '1:20: `events[1]` is "udp.bind"; remove it: it already stands further up',
  ],
  [
    "events: [tcp.close, udp.bind]",
    '1:10: `events[0]` is "tcp.close"; it needs `tcp.connect` or `tcp.accept`: add one, or remove it',
  ],
  [
    "events: [udp.close, tcp.accept]",
    '1:10: `events[0]` is "udp.close"; it needs `udp.bind` or `udp.connect`: add one, or remove it',
  ],
  [
    "events: [tcp.open, tcp.close, tcp.close, [], 7]",
    '1:10: `events[0]` is "tcp.open"; write tcp.connect, tcp.accept, tcp.close, udp.bind, udp.connect or udp.close',
    '1:31: `events[2]` is "tcp.close"; remove it: it already stands further up',
    "1:42: `events[3]` is an empty list; write tcp.connect, tcp.accept, tcp.close, udp.bind, udp.connect or udp.close",
    "1:46: `events[4]` is 7; write tcp.connect, tcp.accept, tcp.close, udp.bind, udp.connect or udp.close",
  ],
  // Numbers, durations, paths, addresses
  ["sockets: { max: 999 }", "1:17: `sockets.max` is 999; write a whole number from 1000 to 10000000"],
  [
    "sockets: { max: 10000001 }",
    "1:17: `sockets.max` is 10000001; write a whole number from 1000 to 10000000",
  ],
  ["sockets: { max: 5000.5 }", "1:17: `sockets.max` is 5000.5; write a whole number from 1000 to 10000000"],
  ["sockets: { max: .nan }", "1:17: `sockets.max` is NaN; write a whole number from 1000 to 10000000"],
  ['sockets: { max: "5000" }', '1:17: `sockets.max` is "5000"; write a whole number from 1000 to 10000000'],
  ["connect: { pendingAfter: 3 }", "1:26: `connect.pendingAfter` is 3; write `3s`"],
  [
    "connect: { pendingAfter: 2h }",
    '1:26: `connect.pendingAfter` is "2h"; write a duration from 100ms to 1h, such as `3s`',
  ],
  ["stats: { every: 0.5s }", '1:17: `stats.every` is "0.5s"; write a duration from 1s to 24h, such as `60s`'],
  [
    "state: { path: netlog }",
    '1:16: `state.path` is "netlog"; write an absolute path of a file, or "" for none',
  ],
  [
    "state: { path: /var/ }",
    '1:16: `state.path` is "/var/"; write an absolute path of a file, or "" for none',
  ],
  [
    'state: { path: "/\\0" }',
    '1:16: `state.path` is "/\\u0000"; write an absolute path of a file, or "" for none',
  ],
  ["http: { listen: 9464 }", '1:17: `http.listen` is 9464; write ":9464"'],
  ["bpftrace: { path: '' }", '1:19: `bpftrace.path` is ""; write a name on PATH or a path'],
  // Shapes
  ["- format", "1:1: the file holds a list; write keys, such as `format: text`"],
  ["text", '1:1: the file holds "text"; write keys, such as `format: text`'],
  ["connect: 3s", '1:10: `connect` is "3s"; write its keys below it: pendingAfter'],
  ["connect: [3s]", "1:10: `connect` is a list; write its keys below it: pendingAfter"],
  // Everything at once, in the order of the file
  [
    "log: { level: loud }\r\nfilter: []\r\nstats:\r\n  evry: 3s\r\n  every: 60\r\n",
    '1:15: `log.level` is "loud"; write fatal, error, warn, info, debug, trace or silent',
    "2:1: unknown key `filter`; known here: format, events, connect, sockets, stats, selfTest, state, http, log, bpftrace",
    "4:3: unknown key `stats.evry`; did you mean `stats.every`?",
    "5:10: `stats.every` is 60; write `60s`",
  ],
];

test("what is refused is named with its place and the fix", async (t) => {
  for (const [text, ...lines] of REFUSED) {
    const message = lines.map((line) => `config.yaml:${line}`).join("\n");
    await t.test(JSON.stringify(text), () =>
      assert.throws(() => parse(text), { name: "ConfigError", message }),
    );
  }
});

test("nothing invisible reaches the terminal, neither from the file nor from its name", () => {
  const text = '"\\e[31m": 1\nformat: "\\e[2J\\x9b1m\u202e\\n"\n';
  assert.throws(() => parseConfig(text, "a\u001b[0m\n.yaml", {}), {
    message: [
      "a\\x1b[0m\\x0a.yaml:1:1: unknown key `\\x1b[31m`; known here: format, events, connect, sockets, stats, selfTest, state, http, log, bpftrace",
      'a\\x1b[0m\\x0a.yaml:2:9: `format` is "\\u001b[2J\\x9b1m\\u{202e}\\n"; write text or json',
    ].join("\n"),
  });
});

test("long values are cut and many problems counted", () => {
  const long = "x".repeat(1000);
  const message = `config.yaml:1:9: \`format\` is "${"x".repeat(40)}…"; write text or json`;
  assert.throws(() => parse(`format: ${long}`), { message });

  const many = Array.from({ length: 25 }, (_, index) => `key${index}: 1`).join("\n");
  assert.throws(
    () => parse(many),
    (error: Error) => {
      const lines = error.message.split("\n");
      return lines.length === 21 && lines.at(-1) === "and 5 more";
    },
  );
});

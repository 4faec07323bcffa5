import assert from "node:assert/strict";
import { test } from "node:test";

import { parseConfig } from "../../src/config.ts";

const parse = (text: string) => parseConfig(text, "config.yaml", {});

const LABEL_KEY =
  "write the key of a label, such as `team` or `example.com/*`, in which `*` is any characters; at most 317 of A-Z a-z 0-9 . _ / - *";

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
  ...["rules", "__proto__", "constructor", "<<", "1"].map(
    (key) =>
      [
        `${key}: {}`,
        `1:1: unknown key \`${key}\`; known here: format, kubernetes, scope, events, labels, filters, limits, connect, identity, sockets, stats, selfTest, state, http, log, bpftrace`,
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
  ["kubernetes: yes", '1:13: `kubernetes` is "yes"; write auto, on or off'],
  ["kubernetes: On", '1:13: `kubernetes` is "On"; did you mean `on`?'],
  // What YAML 1.1 makes of on and off before it gets here.
  ["kubernetes: true", '1:13: `kubernetes` is true; write "on", with the quotes'],
  ["kubernetes: false", '1:13: `kubernetes` is false; write "off", with the quotes'],
  ["scope: false", "1:8: `scope` is false; write node or pod"],
  ["scope: cluster", '1:8: `scope` is "cluster"; write node or pod'],
  // Labels
  ["labels: [team]", "1:9: `labels` is a list; write its keys below it: namespace, pod"],
  [
    "labels: { include: [team] }",
    "1:11: unknown key `labels.include`; did you mean `include` under `labels.namespace`?",
  ],
  ["labels: { pods: { include: [team] } }", "1:11: unknown key `labels.pods`; did you mean `labels.pod`?"],
  ["labels: { pod: [team] }", "1:16: `labels.pod` is a list; write its keys below it: include, exclude"],
  [
    "labels: { pod: { include: team } }",
    '1:27: `labels.pod.include` is "team"; write a list of keys, such as [team, example.com/*]',
  ],
  [
    "labels: { pod: { include: [team=red, '', 7, \"a\\n\", é] } }",
    `1:28: \`labels.pod.include[0]\` is "team=red"; ${LABEL_KEY}`,
    `1:38: \`labels.pod.include[1]\` is ""; ${LABEL_KEY}`,
    `1:42: \`labels.pod.include[2]\` is 7; ${LABEL_KEY}`,
    `1:45: \`labels.pod.include[3]\` is "a\\n"; ${LABEL_KEY}`,
    `1:52: \`labels.pod.include[4]\` is "é"; ${LABEL_KEY}`,
  ],
  [
    `labels: { pod: { include: [${"k".repeat(318)}] } }`,
    `1:28: \`labels.pod.include[0]\` is "${"k".repeat(40)}…"; ${LABEL_KEY}`,
  ],
  [
    `labels: { pod: { include: [${Array.from({ length: 101 }, (_, index) => `k${index}`)}] } }`,
    "1:27: `labels.pod.include` is a list; name at most 100; a `*` in one stands for any characters",
  ],
  [
    "labels: { namespace: { include: [team, a*, team] } }",
    '1:44: `labels.namespace.include[2]` is "team"; remove it: it already stands further up',
  ],
  [
    "labels: { pod: { include: [team, app], exclude: [a*, team] } }",
    '1:54: `labels.pod.exclude[1]` is "team"; it stands in `include` too, and what is excluded wins: remove one of the two',
  ],
  [
    'labels: { namespace: { exclude: ["*"] } }',
    '1:34: `labels.namespace.exclude[0]` is "*"; for no labels at all write `include: []` and remove it here',
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
  ["identity: { waitForName: 2 }", "1:26: `identity.waitForName` is 2; write `2s` or `2ms`"],
  [
    "identity: { waitForName: 61s }",
    '1:26: `identity.waitForName` is "61s"; write a duration from 0s to 1m, such as `2s`',
  ],
  [
    "identity: { waitForName: -1s }",
    '1:26: `identity.waitForName` is "-1s"; write a duration from 0s to 1m, such as `2s`',
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
    "2:1: unknown key `filter`; did you mean `filters`?",
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
      "a\\x1b[0m\\x0a.yaml:1:1: unknown key `\\x1b[31m`; known here: format, kubernetes, scope, events, labels, filters, limits, connect, identity, sockets, stats, selfTest, state, http, log, bpftrace",
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

import assert from "node:assert/strict";
import { test } from "node:test";

import { parseConfig } from "../../src/config.ts";

const parse = (text: string) => parseConfig(text, "config.yaml", {});

const NAME =
  "write a name of 1 to 32 characters of a-z 0-9 -, not earlier-rules: what the rule drops is counted under it";
const CONDITION =
  "add a condition, such as `localPort: 9090`: this rule would fit every event. Where that is meant, name all kinds under `event`";
const CIDR = "write an address or a block of them, such as `10.0.0.7`, `10.0.0.0/8` or `2001:db8::/32`";
const PORT = 'write a port from 0 to 65535, such as 443, or a range, such as "30000-32767"';
const RULE =
  "write a rule, such as { name: scrapes, action: drop, localPort: 9090 }, or a preset, such as { preset: loopback }";
const OBJECT_NAME = "write a name, such as `shop` or `web-*`, of a-z 0-9 . - where `*` is any characters";

/** A rule that wants nothing but these keys, and where they stand. */
const rule = (keys: string) => `{ filters: [{ name: a, action: drop,\n${keys} }] }`;
const twice = "filters: [{ name: a, action: drop, uid: 0 }, { name: a, action: keep, uid: 1 }";

/** Each text with the lines of its message, without the file name. */
const REFUSED: readonly (readonly [text: string, ...message: string[]])[] = [
  // Shapes
  [
    "filters: { preset: loopback }",
    "1:10: `filters` is a mapping; write a list of rules, such as [{ name: scrapes, action: drop, localPort: 9090 }]",
  ],
  ["filters: [loopback]", `1:11: \`filters[0]\` is "loopback"; ${RULE}`],
  ["filters:\n-\n- 7", `2:2: \`filters[0]\` is empty; ${RULE}`, `3:3: \`filters[1]\` is 7; ${RULE}`],
  [
    `filters: [${Array.from({ length: 65 }, (_, n) => `{ name: r${n}, action: drop, uid: 0 }`)}]`,
    "1:10: `filters` is a list; write at most 64 rules",
  ],
  // Keys
  [rule("namespce: x"), "2:1: unknown key `filters[0].namespce`; did you mean `filters[0].namespace`?"],
  [
    rule("peer_port: 53, uid: 0"),
    "2:1: unknown key `filters[0].peer_port`; did you mean `filters[0].peerPort`?",
  ],
  [
    rule("labels: { a: b }, uid: 0"),
    "2:1: unknown key `filters[0].labels`; did you mean `filters[0].podLabels`?",
  ],
  // Names
  [
    "filters: [{}]",
    `1:11: \`filters[0].name\` is empty; ${NAME}`,
    "1:11: `filters[0].action` is empty; write drop or keep",
    `1:11: \`filters[0]\` is a mapping; ${CONDITION}`,
  ],
  ["filters: [{ name: a, action: drop }]", `1:11: \`filters[0]\` is a mapping; ${CONDITION}`],
  ["filters: [{ name: A b, action: drop, uid: 0 }]", `1:19: \`filters[0].name\` is "A b"; ${NAME}`],
  ["filters: [{ name: 7, action: drop, uid: 0 }]", `1:19: \`filters[0].name\` is 7; ${NAME}`],
  [
    "filters: [{ name: earlier-rules, action: drop, uid: 0 }]",
    `1:19: \`filters[0].name\` is "earlier-rules"; ${NAME}`,
  ],
  [
    `filters: [{ name: ${"n".repeat(33)}, action: drop, uid: 0 }]`,
    `1:19: \`filters[0].name\` is "${"n".repeat(33)}"; ${NAME}`,
  ],
  [`${twice}]`, '1:54: `filters[1].name` is "a"; write another name: this one stands further up'],
  [
    "filters: [{ name: loopback, action: drop, uid: 0 }, { preset: loopback }]",
    '1:63: `filters[1].preset` is "loopback"; remove it: it already stands further up',
  ],
  [
    "filters: [{ name: a, action: dropp, uid: 0 }]",
    '1:30: `filters[0].action` is "dropp"; did you mean `drop`?',
  ],
  // Presets
  [
    "filters: [{ preset: kubelet }]",
    '1:21: `filters[0].preset` is "kubelet"; write kubelet-probes, loopback or netlog-itself',
  ],
  ["filters: [{ preset: loopbak }]", '1:21: `filters[0].preset` is "loopbak"; did you mean `loopback`?'],
  [
    "filters: [{ preset: loopback, action: keep, uid: 0 }]",
    '1:39: `filters[0].action` is "keep"; remove it: a preset stands alone, with its own name and conditions',
    "1:50: `filters[0].uid` is 0; remove it: a preset stands alone, with its own name and conditions",
  ],
  // Values
  [rule("event: tcp.conect"), '2:8: `filters[0].event` is "tcp.conect"; did you mean `tcp.connect`?'],
  [
    rule("event: [udp.bind, '*']"),
    '2:19: `filters[0].event[1]` is "*"; write tcp.connect, tcp.accept, tcp.close, udp.bind, udp.connect or udp.close',
  ],
  [rule("event: []"), "2:8: `filters[0].event` is an empty list; name at least one, or remove the key"],
  [
    rule(`uid: [${Array.from({ length: 101 }, (_, n) => n)}]`),
    "2:6: `filters[0].uid` is a list; name at most 100",
  ],
  [rule("namespace: Shop"), `2:12: \`filters[0].namespace\` is "Shop"; ${OBJECT_NAME}`],
  [
    rule("pod: [web, a_b, 7]"),
    `2:12: \`filters[0].pod[1]\` is "a_b"; ${OBJECT_NAME}`,
    `2:17: \`filters[0].pod[2]\` is 7; ${OBJECT_NAME}`,
  ],
  [rule("namespace:"), `2:1: \`filters[0].namespace\` is empty; ${OBJECT_NAME}`],
  [
    rule("comm: kube-controller-manager"),
    '2:7: `filters[0].comm` is "kube-controller-manager"; write `kube-controller`: of a process\'s name the kernel keeps 15 bytes',
  ],
  [
    rule("comm: 7"),
    "2:7: `filters[0].comm` is 7; write the name of a process as text, such as `curl` or `php*`; `*` is any characters",
  ],
  [rule("uid: -1"), "2:6: `filters[0].uid` is -1; write a user id as the host counts it, such as 0 or 1000"],
  [
    rule("uid: [0, root]"),
    '2:10: `filters[0].uid[1]` is "root"; write a user id as the host counts it, such as 0 or 1000',
  ],
  [rule("localAddress: 10.0.0"), `2:15: \`filters[0].localAddress\` is "10.0.0"; ${CIDR}`],
  [rule("localAddress: example.com"), `2:15: \`filters[0].localAddress\` is "example.com"; ${CIDR}`],
  [rule("localAddress: 10.0.0.0/"), `2:15: \`filters[0].localAddress\` is "10.0.0.0/"; ${CIDR}`],
  [
    rule("localAddress: 10.0.0.0/33"),
    '2:15: `filters[0].localAddress` is "10.0.0.0/33"; write a length from 0 to 32 behind the slash',
  ],
  [
    rule("peerAddress: [10.1.2.3/9, '2001:db8::1/32', '::ffff:10.0.0.0/104', '::ffff:1.2.3.4', 'fe80::1%2']"),
    '2:15: `filters[0].peerAddress[0]` is "10.1.2.3/9"; write `10.0.0.0/9`, or `10.1.2.3` for the one address',
    '2:27: `filters[0].peerAddress[1]` is "2001:db8::1/32"; write `2001:db8::/32`, or `2001:db8::1` for the one address',
    '2:45: `filters[0].peerAddress[2]` is "::ffff:10.0.0.0/104"; write `10.0.0.0/8`: netlog has such addresses as IPv4',
    '2:68: `filters[0].peerAddress[3]` is "::ffff:1.2.3.4"; write `1.2.3.4/32`: netlog has such addresses as IPv4',
    '2:86: `filters[0].peerAddress[4]` is "fe80::1%2"; leave the `%` and what follows away: any interface is meant',
  ],
  [rule("localPort: 65536"), `2:12: \`filters[0].localPort\` is 65536; ${PORT}`],
  [rule("localPort: 1.5"), `2:12: \`filters[0].localPort\` is 1.5; ${PORT}`],
  [rule("localPort: http"), `2:12: \`filters[0].localPort\` is "http"; ${PORT}`],
  [rule("peerPort: 1-65536"), `2:11: \`filters[0].peerPort\` is "1-65536"; ${PORT}`],
  [rule("peerPort: ['80']"), '2:12: `filters[0].peerPort[0]` is "80"; write 80, without the quotes'],
  [rule("peerPort: 443-80"), '2:11: `filters[0].peerPort` is "443-80"; write "80-443", the lower port first'],
  [rule("peer: pod"), '2:7: `filters[0].peer` is "pod"; write node, or remove it'],
  [rule("host: no"), '2:7: `filters[0].host` is "no"; write true or false'],
  // Labels
  [
    rule("podLabels: [app]"),
    "2:12: `filters[0].podLabels` is a list; write keys with values, such as { team: payments }",
  ],
  [
    rule("podLabels: {}"),
    "2:12: `filters[0].podLabels` is a mapping; name at least one label, or remove the key",
  ],
  [
    rule("podLabels: { critical: true, n: [a, 1], 'a*': b, __proto__: c, d: [], e: 'a b' }"),
    '2:24: `filters[0].podLabels.critical` is true; write "true", with the quotes',
    '2:37: `filters[0].podLabels.n[1]` is 1; write "1", with the quotes',
    '2:47: `filters[0].podLabels.a*` is "b"; write the whole key of a label, such as `team` or `example.com/tier`',
    '2:61: `filters[0].podLabels.__proto__` is "c"; write the whole key of a label, such as `team` or `example.com/tier`',
    "2:67: `filters[0].podLabels.d` is an empty list; name at least one value, or remove the key",
    '2:74: `filters[0].podLabels.e` is "a b"; write a label\'s value, such as `payments` or `v1.*`, where `*` is any characters',
  ],
  // Limits
  [
    "limits: { linesPerSecond: 1 }",
    "1:11: unknown key `limits.linesPerSecond`; did you mean `limits.linesPerSecondPerPod`?",
  ],
  [
    "limits: { linesPerSecondPerPod: -1 }",
    "1:33: `limits.linesPerSecondPerPod` is -1; write a whole number from 0 to 1000000",
  ],
  ["limits: 7", "1:9: `limits` is 7; write its keys below it: linesPerSecondPerPod"],
  // Everything at once
  [
    "filters:\n- { action: drop, uid: 0 }\n- preset: loopback\n- { name: b, action: drop, peerPort: 99999, host: 1 }\n",
    `2:3: \`filters[0].name\` is empty; ${NAME}`,
    `4:38: \`filters[2].peerPort\` is 99999; ${PORT}`,
    "4:51: `filters[2].host` is 1; write true or false",
  ],
];

test("what is refused of rules and limits is named with its place and the fix", async (t) => {
  for (const [text, ...lines] of REFUSED) {
    const message = lines.map((line) => `config.yaml:${line}`).join("\n");
    await t.test(JSON.stringify(text), () =>
      assert.throws(() => parse(text), { name: "ConfigError", message }),
    );
  }
});

test("the fix for an address that is refused is one that is taken", () => {
  for (const wrong of [
    "10.1.2.3/9",
    "2001:db8:8000::1/33",
    "::ffff:10.0.0.0/104",
    "255.255.255.255/1",
    "::1/0",
  ]) {
    let fix: string | undefined;
    assert.throws(
      () => parse(rule(`peerAddress: "${wrong}"`)),
      (error: Error) => {
        fix = /write `([^`]+)`/.exec(error.message)?.[1];
        return fix !== undefined;
      },
    );
    assert.equal(parse(rule(`peerAddress: "${fix}"`)).filters.length, 1, fix);
  }
});

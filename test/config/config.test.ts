import assert from "node:assert/strict";
import { test } from "node:test";

import { type Config, ConfigError, parseConfig } from "../../src/config.ts";

const DEFAULTS: Config = {
  format: "text",
  kubernetes: "auto",
  scope: "node",
  events: ["tcp.connect", "tcp.accept", "tcp.close", "udp.bind", "udp.close"],
  labels: {
    namespace: {
      include: ["*"],
      exclude: [
        "kubernetes.io/metadata.name",
        "pod-security.kubernetes.io/*",
        "*.cattle.io/*",
        "*.fluxcd.io/*",
        "argocd.argoproj.io/*",
      ],
    },
    pod: { include: [], exclude: [] },
  },
  filters: [],
  limits: { linesPerSecondPerPod: 0 },
  connect: { pendingAfterMs: 3000 },
  identity: { waitForNameMs: 2000 },
  sockets: { max: 100_000 },
  stats: { everyMs: 60_000 },
  selfTest: { everyMs: 30_000 },
  state: { path: undefined },
  http: { listen: undefined },
  log: { level: "info" },
  bpftrace: { path: "bpftrace" },
};

const parse = (text: string) => parseConfig(text, "config.yaml", {});

test("a file that says nothing has every default", async (t) => {
  for (const text of [
    "",
    "\n\n",
    "# nothing\n",
    "---\n",
    "{}",
    "connect:\n  # pendingAfter: 1s\nlog: {}\n",
    "labels:\n  namespace:\n  pod: {}\nidentity:\n",
    "filters:\n  # - preset: loopback\nlimits:\n",
    "\ufeff",
  ]) {
    await t.test(JSON.stringify(text), () => assert.deepEqual(parse(text), DEFAULTS));
  }
});

test("a file that says everything is read", () => {
  const text = `format: json
kubernetes: on
scope: pod
events: [udp.connect, udp.close]
labels:
  namespace: { include: [team, example.com/*], exclude: ["*.example.com/*"] }
  pod: { include: ["*"], exclude: [pod-template-hash] }
filters:
  - preset: loopback
  - { name: dns-0, action: keep, event: udp.connect, host: false, peer: node, uid: [0, 4294967295], comm: "é*" }
  - name: other
    action: drop
    event: [tcp.accept, tcp.close]
    namespace: ["team-*", kube-system]
    pod: web-*
    namespaceLabels: { example.com/tier: [front, ""] }
    podLabels: { app: "*" }
    localAddress: [10.0.0.0/8, 1.2.3.4]
    peerAddress: 2001:db8:0:8000::/49
    localPort: [0, 80-90, "443-65535"]
    peerPort: 53
limits: { linesPerSecondPerPod: 50 }
identity: { waitForName: 0s }
connect: { pendingAfter: 1.5s }
sockets: { max: 2e6 }
stats:
  every: 2m
selfTest: { every: 10s }
state: { path: /var/lib/netlog/state }
http: { listen: "[::1]:9464" }
log: { level: silent }
bpftrace: { path: ../bin/bpftrace }
`;
  const expected: Config = {
    format: "json",
    kubernetes: "on",
    scope: "pod",
    events: ["udp.connect", "udp.close"],
    labels: {
      namespace: { include: ["team", "example.com/*"], exclude: ["*.example.com/*"] },
      pod: { include: ["*"], exclude: ["pod-template-hash"] },
    },
    filters: [
      { preset: "loopback" },
      {
        name: "dns-0",
        action: "keep",
        event: ["udp.connect"],
        host: false,
        peer: "node",
        uid: [0, 4_294_967_295],
        comm: ["é*"],
      },
      {
        name: "other",
        action: "drop",
        event: ["tcp.accept", "tcp.close"],
        namespace: ["team-*", "kube-system"],
        pod: ["web-*"],
        namespaceLabels: [["example.com/tier", ["front", ""]]],
        podLabels: [["app", ["*"]]],
        localAddress: [
          { network: [0x0a00_0000], prefix: 8 },
          { network: [0x0102_0304], prefix: 32 },
        ],
        peerAddress: [{ network: [0x2001_0db8, 0x0000_8000, 0, 0], prefix: 49 }],
        localPort: [
          { from: 0, to: 0 },
          { from: 80, to: 90 },
          { from: 443, to: 65_535 },
        ],
        peerPort: [{ from: 53, to: 53 }],
      },
    ],
    limits: { linesPerSecondPerPod: 50 },
    identity: { waitForNameMs: 0 },
    connect: { pendingAfterMs: 1500 },
    sockets: { max: 2_000_000 },
    stats: { everyMs: 120_000 },
    selfTest: { everyMs: 10_000 },
    state: { path: "/var/lib/netlog/state" },
    http: { listen: { host: "::1", port: 9464 } },
    log: { level: "silent" },
    bpftrace: { path: "../bin/bpftrace" },
  };
  assert.deepEqual(parse(text), expected);
  assert.deepEqual(parse(text.replaceAll("\n", "\r\n")), expected);
});

test("an alias of a plain value means that value", () => {
  const config = parse("connect: { pendingAfter: &short 2s }\nstats: { every: *short }");
  assert.equal(config.stats.everyMs, 2000);
});

test("a choice of labels leaves what it does not name at its default", () => {
  const { labels } = parse("labels: { namespace: { include: [team] }, pod: { exclude: [a] } }");
  assert.deepEqual(labels.namespace, { include: ["team"], exclude: DEFAULTS.labels.namespace.exclude });
  assert.deepEqual(labels.pod, { include: [], exclude: ["a"] });
});

test("a label's key may be as long as Kubernetes has them, and a list of them a hundred long", () => {
  const key = "k".repeat(317);
  assert.deepEqual(parse(`labels: { pod: { include: [${key}] } }`).labels.pod.include, [key]);
  const hundred = Array.from({ length: 100 }, (_, index) => `k${index}`);
  assert.deepEqual(parse(`labels: { pod: { include: [${hundred}] } }`).labels.pod.include, hundred);
});

test("the command line goes before the file", () => {
  const config = parseConfig("format: text\nkubernetes: auto\nlog: { level: warn }", "config.yaml", {
    format: "json",
    kubernetes: "off",
    logLevel: "trace",
  });
  assert.equal(config.format, "json");
  assert.equal(config.kubernetes, "off");
  assert.equal(config.log.level, "trace");
});

test("a wrong value in the file is refused although the command line goes before it", () => {
  assert.throws(() => parseConfig("format: xml", "config.yaml", { format: "json" }), ConfigError);
});

test("nothing in a configuration can be changed", () => {
  const config = parse('http: { listen: ":1" }');
  const { namespace, pod } = config.labels;
  const inner = [config.http.listen, namespace, pod, namespace.exclude, pod.include];
  for (const part of [config, ...Object.values(config), ...inner]) assert.ok(Object.isFrozen(part));
});

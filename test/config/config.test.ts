import assert from "node:assert/strict";
import { test } from "node:test";

import { type Config, ConfigError, parseConfig } from "../../src/config.ts";

const DEFAULTS: Config = {
  format: "text",
  events: ["tcp.connect", "tcp.accept", "tcp.close", "udp.bind", "udp.close"],
  connect: { pendingAfterMs: 3000 },
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
    "\ufeff",
  ]) {
    await t.test(JSON.stringify(text), () => assert.deepEqual(parse(text), DEFAULTS));
  }
});

test("a file that says everything is read", () => {
  const text = `format: json
events: [udp.connect, udp.close]
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
    events: ["udp.connect", "udp.close"],
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

test("the command line goes before the file", () => {
  const config = parseConfig("format: text\nlog: { level: warn }", "config.yaml", {
    format: "json",
    logLevel: "trace",
  });
  assert.equal(config.format, "json");
  assert.equal(config.log.level, "trace");
});

test("a wrong value in the file is refused although the command line goes before it", () => {
  assert.throws(() => parseConfig("format: xml", "config.yaml", { format: "json" }), ConfigError);
});

test("nothing in a configuration can be changed", () => {
  const config = parse('http: { listen: ":1" }');
  for (const part of [config, ...Object.values(config), config.http.listen]) assert.ok(Object.isFrozen(part));
});

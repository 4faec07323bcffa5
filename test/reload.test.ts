import assert from "node:assert/strict";
import { test } from "node:test";
import { newCounters } from "../src/account/counters.ts";
import { type Config, ConfigError, type Overrides, parseConfig } from "../src/config.ts";
import { Reload } from "../src/reload.ts";

function newReload(started = "", overrides: Overrides = {}) {
  const applied: Config[] = [];
  const said: string[] = [];
  const counters = newCounters();
  const say = (level: string) => (message: string) => void said.push(`${level}: ${message}`);
  const reload = new Reload({
    flags: { config: "f.yaml", ...overrides },
    started: parseConfig(started, "f.yaml", overrides),
    counters,
    log: { info: say("info"), warn: say("warn"), error: say("error") },
    apply: (config) => applied.push(config),
  });
  const counts = () => [counters.configReloads, counters.configRejected];
  return { reload, applied, said, counts, take: (text: string) => reload.take({ text }) };
}

const LOOPBACK = "filters: [{ preset: loopback }]";

test("A changed file takes effect, and what has changed is said", () => {
  const { take, applied, said, counts } = newReload();
  take(`${LOOPBACK}\nlog: { level: warn }`);
  assert.deepEqual(
    applied.map(({ filters, log }) => [filters, log.level]),
    [[[{ preset: "loopback" }], "warn"]],
  );
  assert.deepEqual(said, ["info: f.yaml changed: filters, log in effect"]);
  assert.deepEqual(counts(), [1, 0]);
});

test("The file that netlog was started with, and another comment in it, change nothing", () => {
  const { take, applied, said, counts } = newReload(LOOPBACK);
  take(LOOPBACK);
  take(`# why\n${LOOPBACK}`);
  assert.deepEqual([applied, said, counts()], [[], [], [0, 0]]);
});

test("A bad file is kept out with line and column, and the last good one stays", () => {
  const { reload, take, applied, said, counts } = newReload();
  take(LOOPBACK);
  take("filters:\n- preset: loopbak\n");
  take("log: {");
  reload.take({ error: new ConfigError(["f.yaml: no such file; name one"]) });
  take(LOOPBACK);
  assert.equal(applied.length, 1);
  assert.deepEqual(said.slice(1, 2), [
    'error: the changed configuration is not taken up, the last good one stays: f.yaml:2:11: `filters[0].preset` is "loopbak"; did you mean `loopback`?',
  ]);
  assert.match(said[2] ?? "", /^error: .* stays: f\.yaml:1:\d+: /);
  assert.match(said[3] ?? "", /^error: .* stays: f\.yaml: no such file; name one$/);
  assert.equal(said.length, 4);
  assert.deepEqual(counts(), [1, 3]);
});

test("Whether the file as it is now is in effect is known, changed or not", () => {
  const { reload, take } = newReload(LOOPBACK);
  assert.equal(reload.isGood, true);
  take("log: {");
  assert.equal(reload.isGood, false);
  take(LOOPBACK);
  assert.equal(reload.isGood, true);
});

test("Keys that need another start are named once, beside those that take effect", () => {
  const { take, applied, said } = newReload();
  take("events: [udp.bind]\nsockets: { max: 5000 }\nstats: { every: 10s }");
  take("events: [udp.bind]\nsockets: { max: 5000 }\nstats: { every: 20s }");
  take("events: [udp.bind, udp.close]\nsockets: { max: 5000 }\nstats: { every: 20s }");
  assert.deepEqual(said, [
    "warn: events, sockets changed in f.yaml; take effect at the next start",
    "info: f.yaml changed: stats in effect",
    "info: f.yaml changed: stats in effect",
    "warn: events changed in f.yaml; takes effect at the next start",
  ]);
  assert.deepEqual(
    applied.map(({ stats }) => stats.everyMs),
    [10_000, 20_000, 20_000],
  );
});

test("A key that is back to what netlog was started with is not warned of", () => {
  const { take, said } = newReload();
  take("format: json");
  take("");
  assert.deepEqual(said, ["warn: format changed in f.yaml; takes effect at the next start"]);
});

test("Flags go before the changed file as they went before the first", () => {
  const { take, applied, said } = newReload("", { format: "json", logLevel: "debug" });
  take("format: text\nlog: { level: error }");
  assert.deepEqual([applied, said], [[], []]);
  take(LOOPBACK);
  assert.deepEqual(
    applied.map(({ format, log }) => [format, log.level]),
    [["json", "debug"]],
  );
});

test("Every key is one that takes effect at once or one that is named as needing a start", () => {
  const LIVE = ["filters", "limits", "labels", "identity", "stats", "selfTest", "log"];
  const other: Record<string, string> = {
    format: "json",
    kubernetes: "off",
    scope: "pod",
    events: "[udp.bind]",
    labels: "{ pod: { include: ['*'] } }",
    filters: "[{ preset: loopback }]",
    limits: "{ linesPerSecondPerPod: 1 }",
    connect: "{ pendingAfter: 1s }",
    identity: "{ waitForName: 1s }",
    sockets: "{ max: 5000 }",
    stats: "{ every: 1s }",
    selfTest: "{ every: 1s }",
    state: "{ path: /state }",
    http: "{ listen: ':1' }",
    log: "{ level: warn }",
    bpftrace: "{ path: x }",
  };
  assert.deepEqual(Object.keys(other).sort(), Object.keys(parseConfig("", "", {})).sort());
  for (const [key, value] of Object.entries(other)) {
    const { take, said } = newReload();
    take(`${key}: ${value}`);
    assert.deepEqual(said, [
      LIVE.includes(key)
        ? `info: f.yaml changed: ${key} in effect`
        : `warn: ${key} changed in f.yaml; takes effect at the next start`,
    ]);
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import * as z from "zod";
import { configJsonSchema } from "../../src/config/json-schema.ts";
import { schema } from "../../src/config/schema.ts";

// zod's reader makes nothing of `required` alone in `anyOf`, which the chart's goldens try with Helm.
const readable = JSON.stringify(configJsonSchema()).replace(/"anyOf":\[\{"required":.*?\}\],/, "");
const jsonSchema = z.fromJSONSchema(JSON.parse(readable));
const allows = (config: unknown) => jsonSchema.safeParse(config).success;
const takes = (config: unknown) => schema.safeParse(config).success;

/** Values that one key or another takes; most keys refuse most of them. */
const value = fc.constantFrom<unknown>(
  ...[null, true, 0, 1, 5000, 65_536, -1, 0.5, "", "on", "node", "json", "warn", "3s", "1.5m", "100ms", "2"],
  ...[":9464", "127.0.0.1:1", "[fe80::1%eth0]:80", "localhost:80", "/var/x", "10.0.0.0/8", "::ffff:10.0.0.1"],
  ...[
    "80-90",
    "80 - 90",
    "a*",
    "é",
    "tcp.close",
    ["tcp.accept", "tcp.close"],
    [],
    ["*"],
    ["team", "a/*"],
    [1, "80-90"],
  ],
  ...[{}, { team: "a" }, { team: ["a", "b*"] }, { team: [] }],
);
const below = (keys: readonly string[]) =>
  fc.oneof(value, fc.record(Object.fromEntries(keys.map((key) => [key, value])), { requiredKeys: [] }));
const rule = fc.record(
  {
    preset: fc.constantFrom("loopback", "none"),
    name: fc.constantFrom("one", "Two", 3),
    action: fc.constantFrom("drop", "allow"),
    ...Object.fromEntries(
      "event namespace pod namespaceLabels podLabels comm uid localAddress peerAddress localPort peerPort peer host"
        .split(" ")
        .map((key) => [key, value]),
    ),
  },
  { requiredKeys: [] },
);
/** With a right start, as hardly a random rule has one. */
const rightRule = rule.map(({ preset: _, ...conditions }) => ({
  ...conditions,
  name: "one",
  action: "drop",
}));
const oneCondition = rightRule.map(({ name, action, ...conditions }) => ({
  name,
  action,
  ...Object.fromEntries(Object.entries(conditions).slice(0, 1)),
}));
const section = fc.oneof(
  ...[
    ...["format", "kubernetes", "scope", "events"].map((key) => value.map((given) => ({ [key]: given }))),
    below(["namespace", "pod"]).map((labels) => ({ labels })),
    below(["include", "exclude"]).map((pod) => ({ labels: { pod } })),
    fc.array(fc.oneof(rule, rightRule, oneCondition), { maxLength: 1 }).map((filters) => ({ filters })),
    below([
      "every",
      "path",
      "listen",
      "level",
      "max",
      "pendingAfter",
      "waitForName",
      "linesPerSecondPerPod",
    ]).map((given) => ({ other: given })),
  ],
);
const SECTIONS = [
  "limits",
  "connect",
  "identity",
  "sockets",
  "stats",
  "selfTest",
  "state",
  "http",
  "log",
  "bpftrace",
];

test("What netlog takes, the JSON Schema allows", () => {
  let taken = 0;
  const config = fc.tuple(section, fc.constantFrom(...SECTIONS), below(["every"])).chain(([first, name]) =>
    fc.oneof(
      fc.constant(first),
      below(Object.keys(keysOf(name))).map((given) => ({ [name]: given })),
    ),
  );
  fc.assert(
    fc.property(config, (given) => {
      if (!takes(given)) return;
      taken++;
      assert.ok(allows(given), JSON.stringify(given));
    }),
    { numRuns: 5000, seed: 7 },
  );
  assert.ok(taken > 500, `only ${taken} of 5000 were taken`);
});

test("Nothing has to be there, and a key with nothing below it is one that is not there", () => {
  const nothing = Object.fromEntries(["labels", "filters", ...SECTIONS].map((key) => [key, null]));
  for (const config of [{}, nothing, { labels: { pod: null } }]) {
    assert.ok(takes(config));
    assert.ok(allows(config), JSON.stringify(config));
  }
});

const REFUSED: readonly unknown[] = [
  { fromat: "json" },
  { format: "xml" },
  { kubernetes: true },
  { events: [] },
  { events: ["tcp.conect"] },
  { labels: { pods: {} } },
  { labels: { pod: { include: ["a b"] } } },
  { connect: { pendingAfter: 3 } },
  { identity: { waitForName: "2" } },
  { sockets: { max: 10 } },
  { http: { listen: 9464 } },
  { http: { listen: "9464" } },
  { limits: { linesPerSecondPerPod: 0.5 } },
  { filters: [{ preset: "lopback" }] },
  { filters: [{ name: "one", action: "drop", localPort: "80" }] },
  { filters: [{ name: "one", action: "drop", namespce: "shop" }] },
  { filters: [{ name: "one", action: "drop", peerAddress: "localhost" }] },
  { filters: [{ name: "one", action: "drop", podLabels: {} }] },
  { filters: [{ name: "one", action: "drop", host: "yes" }] },
];
for (const config of REFUSED) {
  test(`${JSON.stringify(config)} is refused by both`, () => {
    assert.deepEqual([allows(config), takes(config)], [false, false]);
  });
}

function keysOf(section: string): object {
  const properties = configJsonSchema()["properties"] as Record<string, { readonly properties: object }>;
  return properties[section]?.properties ?? {};
}

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EVENT_KINDS } from "../../src/event.ts";
import { event as anyEvent } from "../format/arbitrary.ts";
import { origin as anyOrigin } from "../format/arbitrary-origin.ts";
import { referenceDrop } from "./reference.ts";
import { CONNECT, IN_POD, newFilter, ON_HOST, type Written } from "./rules.ts";

const oneOrMore = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 3 }));
const pattern = (letters: string) =>
  fc.string({ unit: fc.constantFrom(...letters, "*"), minLength: 1, maxLength: 6 });
const name = fc.oneof(pattern("ab-"), fc.constantFrom("*", "web-*", "shop", "*op", "s*p"));
const port = fc.oneof(
  fc.nat({ max: 0xffff }),
  fc.constantFrom("0-65535", "0-1023", "30000-40000", "443-443", 53, 443),
);
const block = fc.constantFrom(
  "0.0.0.0/0",
  "::/0",
  "10.0.0.0/8",
  "10.42.0.5",
  "128.0.0.0/1",
  "192.0.2.0/29",
  "2001:db8::/32",
  "8000::/1",
  "fe80::/10",
  "::1",
);
const labels = fc.dictionary(
  fc.constantFrom("app", "team", "env", "truncated"),
  oneOrMore(fc.oneof(pattern("abpr"), fc.constantFrom("", "*", "pay*", "web", "prod"))),
  { minKeys: 1, maxKeys: 2 },
);
const conditions = {
  event: oneOrMore(fc.constantFrom(...EVENT_KINDS)),
  namespace: oneOrMore(name),
  pod: oneOrMore(name),
  namespaceLabels: labels,
  podLabels: labels,
  comm: oneOrMore(fc.oneof(pattern("abcurl\n\\.["), fc.constantFrom("curl", "*", "c*l", "*.*"))),
  uid: oneOrMore(fc.oneof(fc.constantFrom(0, 1000), fc.nat({ max: 0xffff_ffff }))),
  localAddress: oneOrMore(block),
  peerAddress: oneOrMore(block),
  localPort: oneOrMore(port),
  peerPort: oneOrMore(port),
  peer: fc.constant("node"),
  host: fc.boolean(),
};
const rules: fc.Arbitrary<Written[]> = fc
  .array(
    fc
      .record({ action: fc.constantFrom("drop", "keep"), ...conditions }, { requiredKeys: ["action"] })
      // All the conditions at once never hold: a few of them do.
      .chain((rule) =>
        fc
          .subarray(
            Object.keys(rule).filter((key) => key !== "action"),
            { minLength: 0, maxLength: 3 },
          )
          .map((keys) => Object.fromEntries(["action", ...keys].map((key) => [key, rule[key as "host"]]))),
      )
      .filter((rule) => Object.keys(rule).length > 1),
    { maxLength: 8 },
  )
  .map((rules) => rules.map((rule, index) => ({ name: `rule-${index}`, ...rule })));

const event = fc.oneof(
  anyEvent,
  fc.constant(CONNECT),
  fc
    .record({ peer: fc.constantFrom("10.0.0.1", "192.0.2.6", "2001:db8::1", "fe80::1%4") })
    .map(({ peer }) => ({
      ...CONNECT,
      kind: "tcp.close" as const,
      process: { pid: 1, uid: 0, comm: "curl.[\n" },
      peer: { address: peer, port: 53 },
    })),
);
const label = fc.tuple(fc.constantFrom("app", "team", "env"), fc.constantFrom("web", "payments", "prod", ""));
const labelled = fc.array(label, { maxLength: 3 }).map((labels) => [...new Map(labels)]);
const origin = fc.oneof(
  fc.constantFrom(IN_POD, ON_HOST, {}),
  fc.tuple(anyOrigin, labelled, labelled).map(([origin, ofNamespace, ofPod]) => ({
    ...origin,
    allNamespaceLabels: ofNamespace,
    allPodLabels: ofPod,
  })),
);

test("Compiled rules drop what the plain reading of them drops, under the same names", () => {
  let dropped = 0;
  let kept = 0;
  fc.assert(
    fc.property(
      rules,
      fc.array(fc.tuple(event, origin), { minLength: 1, maxLength: 10 }),
      (rules, happened) => {
        const filter = newFilter(...rules);
        for (const [event, origin] of happened) {
          const expected = referenceDrop(rules, event, origin);
          assert.equal(filter.droppedBy(event, origin), expected);
          if (expected === undefined) kept++;
          else dropped++;
        }
      },
    ),
    { numRuns: 2000 },
  );
  assert.ok(dropped > 1000 && kept > 1000, `rules that never fit would show nothing: ${dropped}, ${kept}`);
});

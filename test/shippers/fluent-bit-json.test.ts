import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MissedReturns } from "../../src/account/missed-returns.ts";
import { SkippedRuns } from "../../src/account/skipped-runs.ts";
import { jsonFormatter } from "../../src/format/json.ts";
import type { Label } from "../../src/origin.ts";
import { event, record, stamp } from "../format/arbitrary.ts";
import { origin } from "../format/arbitrary-origin.ts";
import { lines, OPTIONS } from "../format/samples.ts";
import { type Members, mergeLog, refusal, replaceDots } from "./fluent-bit-json.ts";

const formatter = jsonFormatter(OPTIONS);
/** What the tail input and the filter themselves put into a record. */
const OWN_KEYS = ["time", "stream", "_p", "logtag", "log", "kubernetes"];
const asTailed = (line: string): Members => [
  ["time", "2026-11-22T10:31:26.900000001Z"],
  ["stream", "stdout"],
  ["log", line.slice(0, -1)],
];
const merged = (line: string) => mergeLog(asTailed(line), "netlog");

/** A line of a namespace with these labels. */
function labelled(...namespaceLabels: Label[]): string {
  const sample = { kind: "udp.bind", bootUs: 0, netns: 1, cgroup: 1, conn: "7" } as const;
  const process = { pid: 1, uid: 0, comm: "dig" };
  const local = { address: "10.1.0.7", port: 53 };
  return formatter.event(
    { ...sample, process, local },
    { namespace: "shop", namespaceLabels },
    { utcUs: 0, n: 1 },
  );
}
const BOTH = labelled(["app", "web"], ["app.kubernetes.io/name", "shop-web"]);

test("Any line is one object, and stands whole below Merge_Log_Key", () => {
  fc.assert(
    fc.property(event, origin, stamp, (event, origin, stamp) => {
      const line = formatter.event(event, origin, stamp);
      assert.deepEqual(Object.fromEntries(merged(line))["netlog"], JSON.parse(line));
    }),
  );
  fc.assert(
    fc.property(record, stamp, (record, stamp) => {
      const line = formatter.record(record, stamp);
      assert.deepEqual(Object.fromEntries(merged(line))["netlog"], JSON.parse(line));
    }),
  );
});

test("No key of netlog's own is one that Fluent Bit gives", () => {
  const keys = lines(formatter).flatMap((line) => Object.keys(JSON.parse(line)));
  assert.ok(keys.includes("timestamp"));
  assert.deepEqual(
    OWN_KEYS.filter((key) => keys.includes(key)),
    [],
  );
});

test("Without labels no event is refused by an index that reads dots as a tree", () => {
  fc.assert(
    fc.property(
      event,
      origin,
      stamp,
      (event, { namespaceLabels: _, podLabels: __, ...unlabelled }, stamp) => {
        assert.equal(refusal(merged(formatter.event(event, unlabelled, stamp))), undefined);
      },
    ),
  );
});

test("A namespace with the labels app and app.kubernetes.io/name needs Replace_Dots", () => {
  const members = merged(BOTH);
  assert.equal(refusal(members), "netlog.k8s.namespace.label.app is a value and an object");
  const replaced = replaceDots(members);
  assert.equal(refusal(replaced), undefined);
  const netlog = Object.fromEntries(Object.fromEntries(replaced)["netlog"] as Members);
  assert.equal(netlog["k8s_namespace_label_app"], "web");
  assert.equal(netlog["k8s_namespace_label_app_kubernetes_io/name"], "shop-web");
});

test("The numbers of #stats are taken with their dots and without", () => {
  const fields = { ...new SkippedRuns(false).fields, ...new MissedReturns(["udp.bind"]).fields };
  const members = merged(formatter.record({ name: "stats", fields }, { utcUs: 0, n: 1 }));
  assert.equal(refusal(members), undefined);
  assert.equal(refusal(replaceDots(members)), undefined);
});

test("With Replace_Dots the labels a.b and a_b are one key, which an index refuses", () => {
  const members = merged(labelled(["a.b", "1"], ["a_b", "2"]));
  assert.equal(refusal(members), undefined);
  assert.equal(refusal(replaceDots(members)), "a key stands twice");
});

test("A message that is no object stays in log", () => {
  assert.deepEqual(merged("no object\n"), asTailed("no object\n"));
  assert.deepEqual(merged("[1]\n"), asTailed("[1]\n"));
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { SocketEvent } from "../../src/event.ts";
import type { Formatter, Stamp } from "../../src/format/formatter.ts";
import { jsonFormatter } from "../../src/format/json.ts";
import { textFormatter } from "../../src/format/text.ts";
import type { Label, Origin } from "../../src/origin.ts";
import { readLine } from "../scenario/read-line.ts";
import { OPTIONS } from "./samples.ts";

const STAMP = { utcUs: 0, n: 1 };
const ANY = { address: "::", port: 1 };
const SHORT: SocketEvent = {
  kind: "udp.bind",
  bootUs: 0,
  process: { pid: 1, uid: 0, comm: "a" },
  local: ANY,
  netns: 1,
  cgroup: 1,
  conn: "1",
};

/** Every number at its greatest, each byte of a name (16, as in a record) in its longest form. */
const LAST_STAMP: Stamp = { utcUs: 4_102_444_799_999_999, n: Number.MAX_SAFE_INTEGER };
const UINT32 = 0xffff_ffff;
const GREEDY = { pid: UINT32, uid: UINT32, comm: `${"\u0001".repeat(15)}\udcff` };
const FAR = { address: "2001:1111:2222:3333:4444:5555:6666:7777%4294967295", port: 65_535 };
const LONGEST: SocketEvent = {
  kind: "tcp.connect",
  bootUs: 0,
  process: GREEDY,
  local: FAR,
  peer: FAR,
  netns: UINT32,
  cgroup: 1,
  conn: String((1n << 64n) - 1n),
  error: "errno-4294967295",
  result: "inferred",
  opener: "unknown",
  closedBy: GREEDY,
};

const many = (count: number, prefix: string): Label[] =>
  Array.from({ length: count }, (_, index) => [`${prefix}${index}`, "v".repeat(92)]);

const formats = { text: textFormatter, json: jsonFormatter };
for (const [name, make] of Object.entries(formats)) {
  const formatter = make(OPTIONS);
  const size = (event: SocketEvent, origin: Origin) =>
    Buffer.byteLength(formatter.event(event, origin, LAST_STAMP));

  test(`Of a hundred labels of about a hundred bytes ${name} has as many of the first as fit a line`, () => {
    const origin = { namespaceLabels: many(100, "label-") };
    const { keys, truncated } = labels(formatter, SHORT, origin);
    assert.deepEqual(
      keys,
      origin.namespaceLabels.slice(0, keys.length).map(([key]) => `ns.${key}`),
    );
    assert.equal(truncated, String(100 - keys.length));
    const bytes = size(LONGEST, origin);
    // One more would be 100 bytes of text, 120 of JSON; what is kept free is known to about 100.
    assert.ok(bytes < 8000 && bytes > 7750, String(bytes));
  });

  test(`Labels of the pod make way in ${name} before those of the namespace`, () => {
    const some = labels(formatter, SHORT, { namespaceLabels: many(40, "a-"), podLabels: many(60, "b-") });
    const ofPod = some.keys.filter((key) => key.startsWith("pod."));
    assert.equal(some.keys.length - ofPod.length, 40);
    assert.ok(ofPod.length > 0 && ofPod.length < 60);
    assert.equal(some.truncated, String(60 - ofPod.length));

    const none = labels(formatter, SHORT, { namespaceLabels: many(100, "a-"), podLabels: [["z", ""]] });
    assert.ok(none.keys.every((key) => key.startsWith("ns.")));
    assert.equal(none.truncated, String(101 - none.keys.length));
  });

  test(`A label of ${name} that no line holds takes all behind it away`, () => {
    const huge: Label = ["b", "v".repeat(65_536)];
    const origin: Origin = { namespaceLabels: [["a", "1"], huge, ["c", "3"]], podLabels: [["d", "4"]] };
    assert.deepEqual(labels(formatter, SHORT, origin), { keys: ["ns.a"], truncated: "3" });
  });

  test(`A label's key may have 317 bytes in ${name}, and no more`, () => {
    const key = `${"d".repeat(253)}/${"k".repeat(63)}`;
    const namespaceLabels: Label[] = [
      [key, ""],
      [`${key}k`, ""],
    ];
    assert.deepEqual(labels(formatter, SHORT, { namespaceLabels }), { keys: [`ns.${key}`], truncated: "1" });
  });

  test(`All lines of one origin have the same labels in ${name}`, () => {
    const origin = { podLabels: many(100, "label-") };
    assert.deepEqual(labels(formatter, LONGEST, origin), labels(formatter, SHORT, origin));
  });

  test(`The longest line of ${name} is below 8,000 bytes`, () => {
    const worst = "\u0001".repeat(65_536);
    // By a byte more each time, so that one of the lines is as full as can be.
    for (let extra = 0; extra < 40; extra++) {
      const namespaceLabels: Label[] = Array.from({ length: 5000 }, (_, index) => [`l${index}`, ""]);
      namespaceLabels[0] = ["l0", "x".repeat(extra)];
      const origin: Origin = {
        host: true,
        unit: worst,
        containerId: worst,
        container: worst,
        podUid: worst,
        pod: worst,
        namespace: worst,
        namespaceLabels,
        unresolved: true,
      };
      // Without the pod's name text has the container's id.
      const { pod: _, ...podless } = origin;
      for (const whose of [origin, podless]) {
        const formatter = make({ node: worst, run: "mb3x9kab" });
        const line = formatter.event(LONGEST, whose, LAST_STAMP);
        assert.ok(Buffer.byteLength(line) < 8000, String(Buffer.byteLength(line)));
        assert.ok("truncated" in readLine(line.trimEnd()).fields);
      }
    }
  });

  test(`An origin is written once for all lines of ${name}`, () => {
    let asked = 0;
    const origin: Origin = {
      get pod() {
        asked++;
        return "web";
      },
    };
    const first = formatter.event(SHORT, origin, STAMP);
    const once = asked;
    assert.equal(formatter.event(SHORT, origin, STAMP), first);
    assert.ok(once > 0);
    assert.equal(asked, once);
  });
}

function labels(formatter: Formatter, event: SocketEvent, origin: Origin) {
  const { fields } = readLine(formatter.event(event, origin, STAMP).trimEnd());
  assert.equal(formatter.truncates(origin), fields["truncated"] !== undefined);
  const keys = Object.keys(fields).filter((key) => /^(ns|pod)\./.test(key));
  return { keys, truncated: fields["truncated"] };
}

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { encodeComm } from "../../src/comm.ts";
import type { SocketEvent } from "../../src/event.ts";
import { jsonFormatter } from "../../src/format/json.ts";
import type { Origin } from "../../src/origin.ts";
import { event, record, stamp } from "./arbitrary.ts";
import { origin } from "./arbitrary-origin.ts";
import { expectedOrigin } from "./expected-origin.ts";
import { block, table } from "./readme.ts";
import { OPTIONS } from "./samples.ts";

const formatter = jsonFormatter(OPTIONS);
const KEYS = table("key").map(([key, type, on]) => ({ key, type, on }));

/** When a key is there, in the words of the README's table. */
function isOn(on: string | undefined, key = "", event: SocketEvent, origin: Origin): boolean {
  switch (on) {
    case "every line":
    case "every event":
      return true;
    case "every record":
      return false;
    case "every event but udp.bind":
      return event.kind !== "udp.bind";
    case "events whose name is not UTF-8":
      return !Buffer.from(encodeComm(event.process.comm).toString()).equals(encodeComm(event.process.comm));
    case "as in text":
    case "where it is known":
      return known(event, origin)[key] !== undefined;
    default:
      throw new Error(`what does ${on} mean?`);
  }
}

function known(event: SocketEvent, origin: Origin): Record<string, unknown> {
  const text = expectedOrigin(origin);
  const label = (prefix: string) => Object.keys(text).find((key) => key.startsWith(prefix));
  return {
    "error.type": event.error,
    result: event.result,
    opener: event.opener,
    closed_by: event.closedBy,
    "k8s.namespace.name": text["namespace"],
    "k8s.pod.name": text["pod"],
    "k8s.pod.uid": origin.podUid,
    "k8s.container.name": text["container"],
    host: text["host"],
    "systemd.unit.name": text["unit"],
    "container.id": origin.containerId,
    "k8s.unresolved": text["k8s"],
    "k8s.namespace.label.<key>": label("ns."),
    "k8s.pod.label.<key>": label("pod."),
    truncated: text["truncated"],
  };
}

/** The keys of a line, as the README has them, with their types; one of several labels. */
function typed(line: string): (string | undefined)[][] {
  const keys = Object.entries(JSON.parse(line)).map(([key, value]) => [documented(key), typeof value]);
  return keys.filter(([key], index) => !key?.endsWith(".<key>") || key !== keys[index - 1]?.[0]);
}

function documented(key: string): string {
  return key.replace(/^(k8s\.(?:namespace|pod)\.label\.).+$/, "$1<key>");
}

test("The JSON line of any event has just the keys of the README's table, of its types and in its order", () => {
  fc.assert(
    fc.property(event, origin, stamp, (event, origin, stamp) => {
      const keys = KEYS.filter(({ key, on }) => isOn(on, key, event, origin));
      const expected = keys.map(({ key, type }) => [key, type]);
      assert.deepEqual(typed(formatter.event(event, origin, stamp)), expected);
    }),
    { numRuns: 1000 },
  );
});

test("The JSON line of any record has its own pairs between the keys of every line", () => {
  fc.assert(
    fc.property(record, stamp, (record, stamp) => {
      const own = Object.entries(record.fields).map(([key, value]) => [key, typeof value]);
      const expected = KEYS.flatMap(({ key, type, on }) => {
        if (on === "every record") return own;
        return on === "every line" ? [[key, type]] : [];
      });
      assert.deepEqual(typed(formatter.record(record, stamp)), expected);
    }),
  );
});

test("The README's own JSON lines have the keys of its table, in its order", () => {
  const keys = KEYS.map(({ key }) => key);
  for (const line of block("json").trimEnd().split("\n")) {
    const places = Object.keys(JSON.parse(line)).map((key) =>
      keys.indexOf(key === "reason" ? "…" : documented(key)),
    );
    assert.ok(!places.includes(-1), line);
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
  }
});

test("The README's samples of one event in both formats agree in number", () => {
  const numbers = new Set(table("event").map(([, sample]) => /-(\d+)$/.exec(sample ?? "")?.[1]));
  const [first, second] = block("json")
    .split("\n")
    .map((line) => line && JSON.parse(line).seq);
  assert.ok(numbers.has(String(first)) && numbers.has(String(second)));
});

const families = [
  ["10.0.0.1", "10.0.0.2", "ipv4"],
  ["2001:db8::1", "2001:db8::2", "ipv6"],
  ["::", "10.0.0.2", "ipv4"],
  ["10.0.0.1", "::", "ipv4"],
  ["::", undefined, "ipv6"],
] as const;

for (const [local, peer, type] of families) {
  test(`Between ${local} and ${peer ?? "nobody"} the network is ${type}`, () => {
    const process = { pid: 1, uid: 0, comm: "a" };
    const ends = {
      local: { address: local, port: 1 },
      ...(peer === undefined ? {} : { peer: { address: peer, port: 2 } }),
    };
    const line = formatter.event(
      { kind: "udp.close", bootUs: 0, process, netns: 1, cgroup: 1, conn: "1", ...ends },
      {},
      { utcUs: 0, n: 1 },
    );
    assert.equal(JSON.parse(line)["network.type"], type);
  });
}

test("Half a surrogate pair in a record is U+FFFD: there are readers that refuse a whole line for its escape", () => {
  const line = formatter.record({ name: "stop", fields: { reason: "a\ud800b" } }, { utcUs: 0, n: 1 });
  assert.equal((JSON.parse(line) as { reason: string }).reason, "a\ufffdb");
});

import assert from "node:assert/strict";
import { EVENT_KINDS, type SocketEvent } from "../../../src/event.ts";
import type { Label, Origin } from "../../../src/origin.ts";
import { referenceDrop } from "../../filter/reference.ts";
import { newFilter, type Written } from "../../filter/rules.ts";
import { anyEvent, anyOrigin } from "../any.ts";
import { Bytes } from "../bytes.ts";

const BLOCKS = [
  "0.0.0.0/0",
  "::/0",
  "10.0.0.0/8",
  "10.1.0.7",
  "128.0.0.0/1",
  "fe80::/10",
  "::1",
  "::/96",
] as const;
const PORTS = ["0-65535", "0-1023", "443-443", "30000-40000"] as const;
const KEYS = ["app", "team", "env"] as const;
const CONDITIONS = [
  "event",
  "namespace",
  "pod",
  "namespaceLabels",
  "podLabels",
  "comm",
  "uid",
  "localAddress",
  "peerAddress",
  "localPort",
  "peerPort",
  "peer",
  "host",
] as const;

/** Any rules and any events: each event is dropped under the name under which the plain reading of the rules drops it. */
export function fuzz(data: Buffer): void {
  const bytes = new Bytes(data);
  const rules = Array.from({ length: bytes.byte() % 5 }, (_, index) => anyRule(bytes, index));
  const filter = newFilter(...rules);
  for (let count = 0; count < 4; count++) {
    const event = meeting(bytes, anyEvent(bytes));
    const origin = { ...anyOrigin(bytes), ...anyPlace(bytes) };
    const expected = referenceDrop(rules, event, origin);
    for (const again of ["", "again, as the rules of a known origin"])
      assert.equal(filter.droppedBy(event, origin), expected, again);
    assert.ok(expected === undefined || filter.names.includes(expected));
  }
}

/** The event, now and then with a name that rules have, or with the node's address. */
function meeting(bytes: Bytes, event: SocketEvent): SocketEvent {
  const process = bytes.bool() ? { ...event.process, comm: anyName(bytes) } : event.process;
  if (event.peer === undefined || bytes.bool()) return { ...event, process };
  return { ...event, process, peer: { ...event.peer, address: "10.0.0.1" } };
}

function anyPlace(bytes: Bytes): Origin {
  const labels = () =>
    Array.from({ length: bytes.byte() % 3 }, (): Label => [bytes.pick(KEYS), anyName(bytes)]);
  return {
    ...(bytes.bool() && { namespace: anyName(bytes), pod: anyName(bytes) }),
    allNamespaceLabels: [...new Map(labels())],
    allPodLabels: [...new Map(labels())],
  };
}

function anyRule(bytes: Bytes, index: number): Written {
  const keys = Array.from({ length: 1 + (bytes.byte() % 3) }, () => bytes.pick(CONDITIONS));
  const conditions = keys.map((key) => [key, anyCondition(bytes, key)]);
  return { name: `rule-${index}`, action: bytes.pick(["drop", "keep"]), ...Object.fromEntries(conditions) };
}

function anyCondition(bytes: Bytes, key: (typeof CONDITIONS)[number]): unknown {
  switch (key) {
    case "event":
      return bytes.pick(EVENT_KINDS);
    case "namespace":
    case "pod":
    case "comm":
      return oneOrTwo(bytes, () => anyName(bytes) || "*");
    case "namespaceLabels":
    case "podLabels":
      return { [bytes.pick(KEYS)]: oneOrTwo(bytes, () => anyName(bytes)) };
    case "uid":
      return bytes.number(4);
    case "localAddress":
    case "peerAddress":
      return oneOrTwo(bytes, () => bytes.pick(BLOCKS));
    case "localPort":
    case "peerPort":
      return oneOrTwo(bytes, () => (bytes.bool() ? bytes.number(2) : bytes.pick(PORTS)));
    case "peer":
      return "node";
    case "host":
      return bytes.bool();
    default:
      throw new Error(`no condition ${key satisfies never}`);
  }
}

function oneOrTwo<T>(bytes: Bytes, make: () => T): T | T[] {
  return bytes.bool() ? make() : [make(), make()];
}

/** Of few letters, so that patterns and names meet; a star, and what means something to regular expressions. */
function anyName(bytes: Bytes): string {
  return Array.from({ length: bytes.byte() % 6 }, () => bytes.pick(["a", "b", "*", "-", "."])).join("");
}

import assert from "node:assert/strict";
import { decodeComm, encodeComm } from "../../../src/comm.ts";
import { EVENT_KINDS, type SocketEvent } from "../../../src/event.ts";
import { jsonFormatter } from "../../../src/format/json.ts";
import { textFormatter } from "../../../src/format/text.ts";
import type { Label, Origin } from "../../../src/origin.ts";
import { readLine as readForVerify } from "../../../src/verify/read-line.ts";
import { type Line, readLine } from "../../scenario/read-line.ts";
import { Bytes } from "../bytes.ts";

const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Z}/u;
const RUN = "mb3x9k";
const ADDRESSES = ["10.1.0.7", "0.0.0.0", "::", "::1", "2001:db8::1", "fe80::1%2", "::1.2.3.4"] as const;

/** Any event of any origin, and any record, in both formats: one harmless line under 8,000 bytes, read back by both readers. */
export function fuzz(data: Buffer): void {
  const bytes = new Bytes(data);
  const node = bytes.text(20);
  const stamp = { utcUs: bytes.number(6) % 4_102_444_800_000_000, n: bytes.number(6) + 1 };
  const event = anyEvent(bytes);
  const origin = anyOrigin(bytes);
  const fields = { reason: bytes.text(200), from: bytes.text(20), count: bytes.number(4) };
  for (const formatter of [textFormatter({ node, run: RUN }), jsonFormatter({ node, run: RUN })]) {
    const line = formatter.event(event, origin, stamp);
    const found = check(line, stamp);
    assert.equal(readForVerify(line.slice(0, -1)) instanceof Object, true);
    assert.ok(found.record === undefined, "an event is no record");
    assert.deepEqual(found.comm, encodeComm(event.process.comm));
    assert.deepEqual([found.pid, found.uid, found.event], [event.process.pid, event.process.uid, event.kind]);
    assert.equal(found.fields["conn"], event.conn);

    const record = check(formatter.record({ name: "gap", fields }, stamp), stamp);
    assert.equal(record.record, "#gap");
    for (const [key, value] of Object.entries(fields))
      assert.equal(record.fields[key], `${value}`.toWellFormed());
  }
}

function check(line: string, { utcUs, n }: { utcUs: number; n: number }): Line {
  assert.ok(line.endsWith("\n") && Buffer.byteLength(line) < 8000);
  const text = line.slice(0, -1);
  assert.doesNotMatch(text, INVISIBLE);
  const reading = readForVerify(text);
  assert.ok(typeof reading === "object", `verify: ${reading}`);
  assert.ok(reading.n === n && reading.run === RUN && reading.utcUs === utcUs);
  const found = readLine(text);
  assert.equal(found.fields["seq"], `${RUN}-${n}`);
  assert.equal(found.record?.slice(1), reading.record?.name);
  return found;
}

function anyEvent(bytes: Bytes): SocketEvent {
  const process = () => ({ pid: bytes.number(3), uid: bytes.number(4), comm: anyComm(bytes) });
  const end = () => ({ address: bytes.pick(ADDRESSES), port: bytes.number(2) });
  const kind = bytes.pick(EVENT_KINDS);
  return {
    kind,
    bootUs: 0,
    process: process(),
    cgroup: 1,
    local: end(),
    ...(kind !== "udp.bind" && { peer: end() }),
    netns: bytes.number(4),
    conn: `${bytes.number(6)}`,
    ...(bytes.bool() && { error: "ECONNREFUSED" }),
    ...(bytes.bool() && { result: bytes.pick(["pending", "aborted", "inferred", "unknown"]) }),
    ...(bytes.bool() && { opener: bytes.pick(["unknown", "evicted"]) }),
    ...(bytes.bool() && { closedBy: bytes.bool() ? "kernel" : process() }),
  } as SocketEvent;
}

/** As the kernel holds it: up to 15 bytes, none of them 0. */
function anyComm(bytes: Bytes): string {
  return decodeComm(bytes.bytes(15).replaceAll("\0", ""));
}

function anyOrigin(bytes: Bytes): Origin {
  const names = ["unit", "containerId", "container", "podUid", "pod", "namespace"];
  const labels = () =>
    Array.from(
      { length: bytes.byte() % 8 },
      (): Label => [bytes.text(40), bytes.text(255).repeat(bytes.pick([1, 1, 40]))],
    );
  return {
    ...(bytes.bool() && { host: true }),
    ...Object.fromEntries(names.filter(() => bytes.bool()).map((name) => [name, bytes.text(255)])),
    ...(bytes.bool() && { namespaceLabels: labels() }),
    ...(bytes.bool() && { podLabels: labels() }),
    ...(bytes.bool() && { unresolved: true }),
  };
}

import assert from "node:assert/strict";
import { encodeComm } from "../../../src/comm.ts";
import { jsonFormatter } from "../../../src/format/json.ts";
import { textFormatter } from "../../../src/format/text.ts";
import { readLine as readForVerify } from "../../../src/verify/read-line.ts";
import { type Line, readLine } from "../../scenario/read-line.ts";
import { anyEvent, anyOrigin } from "../any.ts";
import { Bytes } from "../bytes.ts";

const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Z}/u;
const RUN = "mb3x9k";

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

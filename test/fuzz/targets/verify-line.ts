import assert from "node:assert/strict";
import { readLine as readForVerify } from "../../../src/verify/read-line.ts";
import { type Line, readLine } from "../../scenario/read-line.ts";

/** Any line: what the strict reader of the tests takes for a line of netlog's too, both take for the same. */
export function fuzz(data: Buffer): void {
  for (const line of data.toString("utf8").split("\n")) {
    const reading = readForVerify(line);
    if (typeof reading === "string") continue;
    assert.ok(Number.isSafeInteger(reading.n) && reading.n > 0 && Number.isSafeInteger(reading.utcUs));
    assert.match(reading.run, /^[0-9a-z]+$/);
    const other = readStrictly(line);
    if (other === undefined) continue;
    assert.equal(other.fields["seq"], `${reading.run}-${reading.n}`);
    assert.equal(other.record?.slice(1), reading.record?.name);
  }
}

function readStrictly(line: string): Line | undefined {
  try {
    return readLine(line);
  } catch {
    return undefined;
  }
}

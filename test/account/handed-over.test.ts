import assert from "node:assert/strict";
import { test } from "node:test";
import { HandedOver } from "../../src/account/handed-over.ts";

test("While the reader is slow the time stands still, and goes on with what he has taken", () => {
  const reader = { writtenBytes: 100, handedBytes: 100 };
  const handed = new HandedOver(reader);
  assert.equal(handed.untilUs, undefined);
  handed.look(1000);
  assert.equal(handed.untilUs, 1000);

  reader.writtenBytes = 300; // and nobody reads
  for (const us of [2000, 3000, 4000]) handed.look(us);
  assert.equal(handed.untilUs, 1000);

  reader.writtenBytes = 900;
  reader.handedBytes = 300; // all of the first look, nothing of what came since
  handed.look(5000);
  assert.equal(handed.untilUs, 2000);
  handed.look(6000);
  assert.equal(handed.untilUs, 2000);
  reader.handedBytes = 900;
  handed.look(7000);
  assert.equal(handed.untilUs, 6000);
});

test("A reader who is always a little behind does not hold it up", () => {
  const reader = { writtenBytes: 0, handedBytes: 0 };
  const handed = new HandedOver(reader);
  for (let second = 1; second <= 100; second++) {
    reader.handedBytes = reader.writtenBytes;
    reader.writtenBytes += 1000;
    handed.look(second);
    assert.ok((handed.untilUs ?? 0) >= second - 2, `${handed.untilUs} at ${second}`);
  }
});

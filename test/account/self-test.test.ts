import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { SelfTest } from "../../src/account/self-test.ts";
import { event } from "../socket/story.ts";

for (const [what, end, seen] of [
  ["that a probe saw", {}, true],
  ["that was inferred, for no probe saw it", { result: "inferred" }, false],
] as const) {
  test(`A socket's end ${what} is ${seen ? "seen" : "not seen"}`, async () => {
    const selfTest = new SelfTest(["udp.close"]);
    const run = selfTest.run();
    await delay(500);
    for (const address of ["127.0.0.1", "::1"]) {
      const close = event("udp.close", 1, { local: { address, port: 5353 }, ...end });
      assert.equal(selfTest.take(close), true);
    }
    const checks = await run;
    assert.ok(checks.length > 0);
    assert.deepEqual(new Set(checks.map((check) => check.seen)), new Set([seen]));
  });
}

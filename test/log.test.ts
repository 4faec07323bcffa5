import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";

const FIXTURE = `
import { createLog } from "${new URL("../src/log.ts", import.meta.url).pathname}";
const log = createLog("info", process.stderr.isTTY);
for (let n = 0; n < 1000; n++) log.info({ n, filler: "x".repeat(200) }, "a message");
process.stdout.write("not held up");
process.stdin.once("data", () => process.stdin.destroy()).resume();
`;

test("Messages that nobody reads hold nothing up, and come when somebody does", {
  timeout: 30_000,
}, async (t) => {
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", FIXTURE]);
  t.after(() => child.kill("SIGKILL"));
  const [said] = await once(child.stdout, "data");
  assert.equal(String(said), "not held up");
  let stderr = ""; // more than a pipe holds is waiting
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
    if (stderr.includes('"n":999,')) child.stdin.write("go on");
  });
  await once(child.stderr, "end");
  const numbers = stderr.trim().split("\n");
  assert.deepEqual(
    numbers.map((line) => JSON.parse(line).n),
    Array.from({ length: 1000 }, (_, n) => n),
  );
});

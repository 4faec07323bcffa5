import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { runVerify } from "../../src/verify/command.ts";
import type { Report } from "../../src/verify/report.ts";
import { verifyText, WrittenRun } from "./write-log.ts";

const MAIN = join(import.meta.dirname, "../../src/main.ts");

function netlog(args: readonly string[], input: string) {
  return spawnSync(process.execPath, [MAIN, ...args], { input, encoding: "utf8" });
}

const complete = new WrittenRun().start(0).events(1, 3).stop(60);
const holed = complete.lines.filter((_, index) => index !== 2).join("");

test("A complete log ends with 0", () => {
  const { status, stdout, stderr } = netlog(["verify"], complete.text);
  assert.deepEqual([status, stderr], [0, ""]);
  assert.match(stdout, /^complete: nothing is missing of 1 node$/m);
});

test("An incomplete log ends with 1, and for machines says the same as JSON", async () => {
  const { status, stdout } = netlog(["verify", "--format", "json"], holed);
  assert.equal(status, 1);
  assert.deepEqual(JSON.parse(stdout) as Report, await verifyText(holed));
});

test("A report longer than a pipe holds comes whole, however late it is read", async () => {
  const many = new WrittenRun().start(0).events(1, 4000).stop(60);
  const holes = many.lines.filter((_, index) => index < 2 || index % 2 === 0).join("");
  const child = spawn(process.execPath, [MAIN, "verify", "--format", "json"]);
  child.stdin.end(holes);
  await delay(1000);
  const stdout = await text(child.stdout);
  assert.ok(stdout.length > 256 * 1024, `${stdout.length}`);
  assert.deepEqual(JSON.parse(stdout) as Report, await verifyText(holes));
});

test("Without a line of netlog's it ends with 2, and says what to do", () => {
  const { status, stdout, stderr } = netlog(["verify"], "nothing\nof the sort\n");
  assert.deepEqual([status, stdout], [2, ""]);
  assert.match(stderr, /^no line of netlog's on standard input \(2 read, 0 of them damaged\); pipe .*\n$/);
});

test("Standard input that cannot be read, or is a terminal, is told with what to do", async () => {
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from(complete.lines[0] as string);
    throw Object.assign(new Error("read"), { code: "EIO" });
  };
  const print = () => assert.fail("nothing is printed");
  await assert.rejects(runVerify("text", broken(), print), {
    name: "VerifyError",
    message: /^cannot read standard input \(EIO\); pipe /,
  });
  const terminal = Object.assign(broken(), { isTTY: true });
  await assert.rejects(runVerify("text", terminal, print), {
    name: "VerifyError",
    message: /^standard input is a terminal; pipe /,
  });
});

test("Its help fits a screen of 80 columns", () => {
  const { status, stdout } = netlog(["verify", "--help"], "");
  assert.equal(status, 0);
  const lines = stdout.split("\n");
  assert.ok(lines.length <= 44, `${lines.length}`);
  for (const line of lines) assert.ok(line.length <= 80, line);
  for (const cause of ["holes", "gaps", "losses", "sums", "no-stats"])
    assert.match(stdout, new RegExp(`^  ${cause} `, "m"));
});

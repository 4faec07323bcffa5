import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { lacking } from "../facilities.ts";
import { argumentsOf, isRunning, processes } from "../probe/processes.ts";
import { until } from "../probe/until.ts";
import { type Line, readLine } from "../scenario/read-line.ts";
import { killAll, listen, MAIN, Netlog, temporaryFolder } from "./process-netlog.ts";

const skip = lacking("bpftrace");

for (const format of ["text", "json"]) {
  test(`Every line of the ${format} form can be read, and seq has no hole`, { skip }, async (t) => {
    const { dial } = await listen(t);
    const netlog = await Netlog.start(t, { flags: ["--format", format] });
    await netlog.attached();
    for (let n = 0; n < 5; n++) await dial();
    netlog.child.kill("SIGTERM");
    await netlog.ended;
    assert.ok(netlog.stdout.endsWith("\n"));
    assert.ok(netlog.lines.length >= 3 + 5 * 3);
    if (format === "json") for (const line of netlog.lines) assert.equal(typeof JSON.parse(line), "object");
    assertNoHole(netlog.lines);
    assertSums(netlog.lines);
  });
}

test("A reader that goes away ends netlog without a stack trace and without a bpftrace left", {
  skip,
}, async (t) => {
  const { dial } = await listen(t);
  // The shell tells netlog's exit code, which a pipeline hides.
  const pipeline = spawn("sh", [
    "-c",
    '{ "$@"; echo "code=$?" >&2; } | head -1',
    "sh",
    process.execPath,
    MAIN,
    "--log-level",
    "warn",
  ]);
  let stdout = "";
  let stderr = "";
  pipeline.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  pipeline.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  t.after(() => killAll(offspring(pipeline.pid as number)));
  await until("the first line", () => stdout.includes("\n"), 60);
  const bpftrace = offspring(pipeline.pid as number).filter((pid) => argumentsOf(pid).includes("json"));
  assert.equal(bpftrace.length, 1);
  await until("netlog has ended", async () => {
    await dial(); // it notices at its next line
    return stderr.includes("code=");
  });
  assert.match(stderr, /code=1\n$/);
  assert.match(stderr, /"level":50,.*"msg":"the reader of standard output is gone; ending"/);
  assert.doesNotMatch(stderr, /^\s+at |"stack"|Error/m);
  assert.deepEqual(bpftrace.filter(isRunning), []);
});

test("While nobody reads standard output netlog lives on, and SIGTERM ends it within five seconds", {
  skip,
}, async (t) => {
  const { dial } = await listen(t);
  const { writer } = await fullPipe(t);
  const netlog = await Netlog.start(t, { stdout: writer });
  closeSync(writer);
  await netlog.attached();
  const bpftrace = netlog.bpftrace();
  for (let n = 0; n < 200; n++) await dial();
  assert.ok(!netlog.isOver);
  netlog.child.kill("SIGTERM");
  await until("netlog has ended", () => netlog.isOver, 5);
  assert.deepEqual(await netlog.ended, { code: 0, signal: null });
  assert.deepEqual(bpftrace.filter(isRunning), []);
  assert.doesNotMatch(netlog.stderr, /^\s+at |"stack"/m);
});

test("A reader that pauses gets every line when it reads again", { skip }, async (t) => {
  const { dial } = await listen(t);
  const { reader, writer } = await fullPipe(t);
  const netlog = await Netlog.start(t, { stdout: writer });
  closeSync(writer);
  await netlog.attached();
  const dialled: string[] = [];
  for (let n = 0; n < 200; n++) dialled.push(await dial());
  let text = "";
  await until("the last connection", () => {
    text += drain(reader);
    return text.includes(dialled.at(-1) as string);
  });
  netlog.child.kill("SIGTERM");
  await netlog.ended;
  text += drain(reader);
  const lines = text.split("\n").filter((line) => !/^x*$/.test(line));
  assert.deepEqual(
    dialled.filter((each) => !text.includes(each)),
    [],
  );
  assert.match(lines.at(-1) ?? "", / #stop /);
  assertNoHole(lines);
});

/** A pipe with no room left: what fills it is lines of `x`. `reader` does not wait. */
async function fullPipe(t: TestContext): Promise<{ reader: number; writer: number }> {
  const path = join(await temporaryFolder(t), "pipe");
  execFileSync("mkfifo", [path]);
  const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  t.after(() => closeSync(reader));
  const page = `${"x".repeat(4095)}\n`;
  while (tryTo(() => writeSync(reader, page)) !== undefined);
  return { reader, writer: openSync(path, constants.O_RDWR) };
}

function drain(pipe: number): string {
  const buffer = Buffer.alloc(65_536);
  let text = "";
  for (;;) {
    const length = tryTo(() => readSync(pipe, buffer));
    if (length === undefined || length === 0) return text;
    text += buffer.toString("utf8", 0, length);
  }
}

/** Undefined where it would have to wait. */
function tryTo(act: () => number): number | undefined {
  try {
    return act();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    return undefined;
  }
}

function assertNoHole(lines: readonly string[]): void {
  const numbers = lines.map((line) => Number(readLine(line).fields["seq"]?.split("-")[1]));
  assert.deepEqual(
    numbers,
    numbers.map((_, index) => index + 1),
  );
}

/** Of the last stats record: every record and every event is accounted for. */
function assertSums(lines: readonly string[]): void {
  const read = lines.map(readLine);
  const { fields } = read.findLast(({ record }) => record === "#stats") as Line;
  const sum = (...keys: string[]) => {
    const counts = Object.entries(fields).filter(([key]) => keys.some((each) => key.startsWith(each)));
    return counts.reduce((total, [, value]) => total + Number(value), 0);
  };
  assert.ok(sum("records") > 0);
  assert.equal(sum("records"), sum("joined", "ignored."));
  assert.equal(sum("events."), sum("lines", "dropped."));
  assert.equal(sum("lines"), read.filter(({ record }) => record === undefined).length);
}

/** The process and all that came from it. */
function offspring(pid: number): number[] {
  const all = processes();
  const found = [pid];
  for (const parent of found)
    found.push(...all.filter((each) => each.parent === parent).map((each) => each.pid));
  return found;
}

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { findBpftrace } from "../../src/probe/bpftrace.ts";
import { joinScripts } from "../../src/probe/join.ts";
import { lacking } from "../facilities.ts";
import { fake, start } from "./fake.ts";
import { isGroupRunning } from "./processes.ts";
import { KERNEL } from "./scripts.ts";
import { until } from "./until.ts";

const READY = '{"type": "printf", "data": "ready 1\\n"}';

test("The program is given on standard input, and netlog's limits in the environment", async (t) => {
  const lines: string[] = [];
  const child = start(t, "echoes", { program: "BEGIN {}\n", onLine: (line) => lines.push(line) });
  assert.deepEqual(await child.ended, { how: "ended with exit code 0", cause: "exit-0", stderr: "" });
  assert.deepEqual([lines[0], lines.at(-1)], ["-f json --no-warnings -", "BEGIN {}"]);
  assert.ok(lines.includes("BPFTRACE_MAX_MAP_KEYS=16384"));
  assert.ok(lines.includes("BPFTRACE_PERF_RB_PAGES=2048"));
  assert.ok(lines.includes("config = { on_stack_limit = 256 }"));
});

test("A bpftrace that has no limit of the stack's use is told none", async (t) => {
  const lines: string[] = [];
  const old = { ...fake("echoes"), version: [0, 17], release: "0.17.0" } as const;
  await start(t, old, { program: "BEGIN {}\n", onLine: (line) => lines.push(line) }).ended;
  assert.deepEqual(
    lines.filter((line) => line.includes("limit")),
    [],
  );
  assert.equal(lines.at(-1), "BEGIN {}");
});

for (const [needsPathOfTypes, expected] of [
  [true, ["BPFTRACE_BTF=/sys/kernel/btf/vmlinux"]],
  [false, []],
] as const) {
  const told = needsPathOfTypes ? "told" : "not told";
  test(`One that is ${told} where the types are does not get what netlog itself was given`, async (t) => {
    process.env["BPFTRACE_BTF"] = "/elsewhere";
    t.after(() => delete process.env["BPFTRACE_BTF"]);
    const lines: string[] = [];
    const onLine = (line: string) => lines.push(line);
    await start(t, "echoes", { needsPathOfTypes, onLine }).ended;
    assert.deepEqual(
      lines.filter((line) => line.startsWith("BPFTRACE_BTF=")),
      expected,
    );
  });
}

test("One that Node cannot even try to start has ended, and tells why", async (t) => {
  const { ended, pid } = start(t, { ...fake("ready"), path: "no\0such" });
  const { how, cause } = await ended;
  assert.deepEqual([pid, cause], [undefined, "not-started"]);
  assert.match(how, /^could not be started \(.*null bytes/);
});

test("One that cannot be started for want of descriptors has ended, and tells why", async () => {
  const fixture = join(import.meta.dirname, "fixtures/start-without-descriptors.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [fixture]);
  assert.deepEqual(JSON.parse(stdout), {
    how: "could not be started (too many open files)",
    cause: "not-started",
    stderr: "",
  });
});

test("One that ends at once tells how and why", async (t) => {
  const { how, stderr } = await start(t, "fails").ended;
  assert.equal(how, "ended with exit code 1");
  assert.match(stderr, /ERROR: tracepoint not found/);
});

test("One that ends before it has read a long program tells how and why", async (t) => {
  const { how } = await start(t, "fails", { program: "x".repeat(1e6) }).ended;
  assert.equal(how, "ended with exit code 1");
});

test("One that cannot be started tells so", async (t) => {
  const child = start(t, { ...fake("ready"), path: "/nowhere/bpftrace" });
  assert.equal((await child.ended).how, "could not be started (spawn /nowhere/bpftrace ENOENT)");
  assert.equal((await child.stop()).how, "could not be started (spawn /nowhere/bpftrace ENOENT)");
});

test("The half of a line that one leaves behind is given on before its end is told", async (t) => {
  const lines: string[] = [];
  const { how } = await start(t, "half-line", { onLine: (line) => lines.push(line) }).ended;
  assert.equal(how, "was ended by SIGKILL");
  assert.deepEqual(lines, [READY, '{"type": "pri']);
});

test("One that listens is asked to end, and nothing is left of it", async (t) => {
  const ready = Promise.withResolvers<void>();
  const child = start(t, "ready", { onLine: () => ready.resolve() });
  await ready.promise;
  assert.deepEqual(await child.stop(), { how: "ended with exit code 0", cause: "exit-0", stderr: "" });
  await until("nothing is left of it", () => !isGroupRunning(child.pid as number));
});

test("One that does not listen is ended by force after a second and a half", async (t) => {
  const ready = Promise.withResolvers<void>();
  const child = start(t, "ignores-sigint", { onLine: () => ready.resolve() });
  await ready.promise;
  const askedMs = performance.now();
  assert.equal((await child.stop()).how, "was ended by SIGKILL");
  const tookMs = performance.now() - askedMs;
  assert.ok(tookMs > 1400 && tookMs < 10_000, `${tookMs} ms`);
  await until("nothing is left of it", () => !isGroupRunning(child.pid as number));
});

test("A flood comes line by line without a hole, leaves time for others, and can be ended", async (t) => {
  let last = 0;
  let holes = 0;
  let half = "";
  const child = start(t, "floods", {
    onLine: (line) => {
      if (Number(line) !== last + 1) {
        holes++;
        half = line;
      } else last++;
    },
  });
  await until("a hundred thousand lines", () => last > 100_000);
  assert.equal(holes, 0);
  assert.equal((await child.stop()).how, "was ended by SIGINT");
  assert.ok(holes === 0 || (holes === 1 && String(last + 1).startsWith(half)), `${holes} holes, ${half}`);
});

test("One that is still running when netlog exits is ended by it", async () => {
  const parent = join(import.meta.dirname, "fixtures/start-and-exit.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [parent]);
  assert.match(stdout, /^\d+\n$/);
  await until("it is gone", () => !isGroupRunning(Number(stdout)));
});

test("The real bpftrace attaches, is asked to end and is gone", { skip: lacking("bpftrace") }, async (t) => {
  const lines: string[] = [];
  const bpftrace = await findBpftrace("bpftrace");
  const program = joinScripts([], KERNEL);
  const child = start(t, bpftrace, { program, onLine: (line) => lines.push(line) });
  await until("a heartbeat", () => lines.some((line) => line.includes('"heartbeat ')), 60);
  assert.ok(lines.findIndex((line) => line.includes('"ready ')) >= 0);
  assert.equal((await child.stop()).how, "ended with exit code 0");
  await until("nothing is left of it", () => !isGroupRunning(child.pid as number));
});

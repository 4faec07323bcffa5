import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { ChildEnd } from "../../src/probe/child.ts";
import { AttachError, CrashLoopError } from "../../src/probe/errors.ts";
import { ProbeSupervisor, type SupervisorOptions } from "../../src/probe/supervisor.ts";
import { type Fake, fake, start } from "./fake.ts";
import { isGroupRunning } from "./processes.ts";
import { until } from "./until.ts";

const REAL_TIMES = null;
const TIMES = {
  attachMs: 60_000,
  firstBackoffMs: 1,
  longestBackoffMs: 4,
  stableMs: 0,
  silentLooks: 1000,
  lookMs: 1000,
};

type Options = Partial<Omit<SupervisorOptions, "times">> & { times?: typeof TIMES | null };

/** Supervises these fakes one after the other; the last one again and again. */
function supervise(
  t: TestContext,
  fakes: readonly (Fake | "nowhere")[],
  { times = TIMES, ...options }: Options = {},
) {
  const controller = new AbortController();
  const pids: number[] = [];
  const downs: (ChildEnd & { againInMs: number | undefined })[] = [];
  let attached = 0;
  let lines = 0;
  const supervisor = new ProbeSupervisor({
    start: () => {
      const name = fakes[Math.min(pids.length, fakes.length - 1)] as Fake | "nowhere";
      const bpftrace = name === "nowhere" ? { ...fake("ready"), path: "/nowhere" } : fake(name);
      const onLine = (line: string) => {
        lines++;
        supervisor.heard();
        if (!line.includes('"ready ')) return;
        attached++;
        supervisor.attached();
      };
      const child = start(t, bpftrace, { onLine });
      pids.push(child.pid ?? 0);
      return child;
    },
    onDown: (end, againInMs) => downs.push({ ...end, againInMs }),
    signal: controller.signal,
    settle: async () => {},
    ...(times === REAL_TIMES ? {} : { times }),
    ...options,
  });
  const run = supervisor.run();
  run.catch(() => {}); // for tests that look at it later
  t.after(async () => {
    controller.abort();
    await run.catch(() => {});
  });
  return {
    run,
    pids,
    downs,
    stop: () => controller.abort(),
    attached: () => attached,
    lines: () => lines,
    left: () => pids.filter((pid) => pid !== 0 && isGroupRunning(pid)),
  };
}

for (const [fakeName, message] of [
  [
    "fails",
    "bpftrace ended with exit code 1 before its probes were attached; it said: Attaching 9 probes...\nERROR: tracepoint not found: sock:nonsense",
  ],
  [
    "nowhere",
    "bpftrace could not be started (spawn /nowhere ENOENT) before its probes were attached; it said: nothing",
  ],
] as const) {
  test(`A first child that ${fakeName === "fails" ? "fails" : "cannot be started"} is an error with what was said`, async (t) => {
    const { run, downs, pids } = supervise(t, [fakeName]);
    await assert.rejects(run, (error) => {
      assert.ok(error instanceof AttachError);
      assert.equal(error.message, message);
      return true;
    });
    assert.deepEqual([downs, pids.length], [[], 1]);
  });
}

test("A first child that never attaches its probes is given up, and nothing is left of it", async (t) => {
  const { run, left } = supervise(t, ["never-ready"], { times: { ...TIMES, attachMs: 50 } });
  await assert.rejects(run, {
    name: "AttachError",
    message: "bpftrace was given up after 0.05 s before its probes were attached; it said: nothing",
  });
  await until("nothing is left", () => left().length === 0);
});

test("Later children are started again after pauses that double up to a bound, whatever ends them", async (t) => {
  const { downs, left } = supervise(t, ["ready-then-dies", "fails", "nowhere", "fails"]);
  await until("five ends", () => downs.length >= 5);
  assert.deepEqual(
    downs.slice(0, 5).map(({ how, cause, againInMs }) => [how, cause, againInMs]),
    [
      ["was ended by SIGKILL", "SIGKILL", 1],
      ["ended with exit code 1", "exit-1", 2],
      ["could not be started (spawn /nowhere ENOENT)", "not-started", 4],
      ["ended with exit code 1", "exit-1", 4],
      ["ended with exit code 1", "exit-1", 4],
    ],
  );
  assert.match(downs[1]?.stderr ?? "", /tracepoint not found/);
  await until("nothing is left", () => left().length <= 1);
});

test("A child that attached its probes makes the next pause a short one again", async (t) => {
  const { downs } = supervise(t, ["ready-then-dies", "fails", "fails", "ready-then-dies", "fails"]);
  await until("five ends", () => downs.length >= 5);
  assert.deepEqual(
    downs.slice(0, 5).map(({ againInMs }) => againInMs),
    [1, 2, 4, 1, 2],
  );
});

test("A later child that never attaches its probes is given up and started again", async (t) => {
  const { downs } = supervise(t, ["ready-then-dies", "never-ready", "fails"], {
    times: { ...TIMES, attachMs: 500 },
  });
  await until("two ends", () => downs.length >= 2);
  assert.deepEqual([downs[1]?.how, downs[1]?.cause], ["was given up after 0.5 s", "not-attached"]);
});

test("A child that attached its probes and did not stay up makes no pause a short one", async (t) => {
  const { downs } = supervise(t, ["ready-then-dies"], { times: { ...TIMES, stableMs: 60_000 } });
  await until("four ends", () => downs.length >= 4);
  assert.deepEqual(
    downs.slice(0, 4).map(({ againInMs }) => againInMs),
    [1, 2, 4, 4],
  );
});

test("Children that end one after the other are an error in the end, with how the last one ended", async (t) => {
  const { run, downs, left } = supervise(t, ["ready-then-dies", "fails"]);
  await assert.rejects(run, (error) => {
    assert.ok(error instanceof CrashLoopError);
    assert.equal(
      error.message,
      "bpftrace ended 11 times in a row, the last time it ended with exit code 1; it said: Attaching 9 probes...\nERROR: tracepoint not found: sock:nonsense. netlog ends, so that whoever started it can see that",
    );
    return true;
  });
  assert.deepEqual([downs.length, downs.at(-1)?.againInMs], [11, undefined]);
  await until("nothing is left", () => left().length === 0);
});

test("A child that says nothing any more is ended and started again", async (t) => {
  const { downs, pids } = supervise(t, ["ready"], { times: { ...TIMES, silentLooks: 2, lookMs: 100 } });
  await until("it is started again", () => pids.length >= 2);
  assert.deepEqual([downs[0]?.how, downs[0]?.cause], ["said nothing for 2 s and was ended", "silent"]);
});

test("A child that talks is left alone", async (t) => {
  const { downs, lines } = supervise(t, ["heartbeats"], { times: { ...TIMES, silentLooks: 50, lookMs: 20 } });
  await until("it talks for longer than it may be silent", () => lines() > 200, 60);
  assert.deepEqual(downs, []);
});

test("The pauses begin with half a second", async (t) => {
  const { downs, pids } = supervise(t, ["ready-then-dies", "fails"], { times: REAL_TIMES });
  await until("the first end", () => downs.length >= 1);
  const endedMs = performance.now();
  assert.equal(downs[0]?.againInMs, 500);
  await until("the second start", () => pids.length >= 2);
  assert.ok(performance.now() - endedMs > 400);
  await until("the second end", () => downs.length >= 2);
  assert.equal(downs[1]?.againInMs, 1000);
});

for (const [what, name] of [
  ["listens", "ready"],
  ["does not listen", "ignores-sigint"],
  ["floods", "floods"],
] as const) {
  test(`After the signal nothing is left of a child that ${what}`, async (t) => {
    const { run, downs, left, stop, pids, lines } = supervise(t, [name]);
    await until("it prints", () => lines() > 0);
    stop();
    await run;
    await until("nothing is left", () => left().length === 0);
    assert.deepEqual([downs, pids.length], [[], 1]);
  });
}

test("After the signal the child is stopped when what the kernel reported has been read, not before", async (t) => {
  const settled = Promise.withResolvers<void>();
  const { run, stop, left, attached } = supervise(t, ["ready"], { settle: () => settled.promise });
  await until("it is attached", () => attached() === 1);
  stop();
  const first = await Promise.race([
    run.then(() => "ended"),
    new Promise((resolve) => setImmediate(resolve, "waits")),
  ]);
  assert.deepEqual([first, left().length], ["waits", 1]);
  settled.resolve();
  await run;
  await until("nothing is left", () => left().length === 0);
});

test("A child that ends while it is waited for does not hold up the end", async (t) => {
  const { run, stop, pids, attached, downs } = supervise(t, ["ready"], {
    settle: () => new Promise(() => {}),
  });
  await until("it is attached", () => attached() === 1);
  stop();
  process.kill(-(pids[0] as number), "SIGKILL");
  await run;
  assert.deepEqual(downs, []);
});

test("A signal while the probes are being attached is an end, not an error", async (t) => {
  const { run, stop, pids, left } = supervise(t, ["never-ready"]);
  await until("it runs", () => pids.length === 1);
  stop();
  await run;
  await until("nothing is left", () => left().length === 0);
});

test("A signal during a pause ends the pause", async (t) => {
  const times = { ...TIMES, firstBackoffMs: 60_000 };
  const { run, stop, downs, pids } = supervise(t, ["ready-then-dies"], { times });
  await until("it is down", () => downs.length === 1);
  stop();
  await run;
  assert.equal(pids.length, 1);
});

test("A signal before the start starts nothing", async (t) => {
  const { run, pids } = supervise(t, ["ready"], { signal: AbortSignal.abort() });
  await run;
  assert.deepEqual(pids, []);
});

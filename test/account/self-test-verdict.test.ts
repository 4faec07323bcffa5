import assert from "node:assert/strict";
import { test } from "node:test";
import type { Check, SelfTest } from "../../src/account/self-test.ts";
import { SelfTestVerdict } from "../../src/account/self-test-verdict.ts";

const seen: Check = { kind: "tcp.accept", what: "IPv4", seen: true };
const closeSeen: Check = { kind: "tcp.close", what: "IPv6", seen: true };
const closeUnseen: Check = { kind: "tcp.close", what: "IPv6", seen: false };
const bad = [seen, closeUnseen];
const good = [seen, closeSeen];

/** A verdict on tests whose outcomes are given, the n-th at time n, and what it told. */
function verdictOn(outcomes: (readonly Check[] | Error)[]) {
  const told: (string | undefined)[] = [];
  const gaps: string[] = [];
  let tests = 0;
  let extra = "";
  const run = async () => {
    const outcome = outcomes.shift() ?? [];
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  const verdict = new SelfTestVerdict({ run } as SelfTest, {
    now: () => `${tests}${extra}`,
    onChange: (silent) => told.push(silent),
    onUnwatched: (kind, from, to) => gaps.push(`${kind} ${from}-${to}`),
    onError: ({ message }) => told.push(message),
  });
  const runAll = async (count: number) => {
    for (let n = 0; n < count; n++) {
      tests++;
      await verdict.run();
    }
  };
  const finish = () => {
    extra = "+";
    verdict.finish();
  };
  return { verdict, told, gaps, runAll, finish };
}

test("a probe that is silent in three tests running is named once, and its return too", async () => {
  const { verdict, told, runAll } = verdictOn([bad, bad, bad, bad, good]);
  await runAll(2);
  assert.deepEqual(told, []);
  await runAll(1);
  assert.equal(verdict.silent, "what the self-test makes is not seen: tcp.close (IPv6)");
  await runAll(1);
  assert.equal(told.length, 1);
  await runAll(1);
  assert.equal(verdict.silent, undefined);
  assert.deepEqual(told.slice(1), [undefined]);
});

test("the time that nobody saw a kind of event begins with its last good test, and is told piece by piece", async () => {
  const { gaps, runAll } = verdictOn([good, bad, bad, bad, bad, good, good]);
  await runAll(3);
  assert.deepEqual(gaps, []);
  await runAll(4);
  assert.deepEqual(gaps, ["tcp.close 1-4", "tcp.close 4-5", "tcp.close 5-6"]);
});

test("a kind that was never seen is unwatched since the first test", async () => {
  const { gaps, runAll } = verdictOn([bad, bad, bad]);
  await runAll(3);
  assert.deepEqual(gaps, ["tcp.close 1-3"]);
});

test("a silence that lasts to the end is told up to it, and a single failure is none", async () => {
  const silent = verdictOn([good, bad, bad, bad]);
  await silent.runAll(4);
  silent.finish();
  assert.deepEqual(silent.gaps, ["tcp.close 1-4", "tcp.close 4-4+"]);
  const single = verdictOn([good, bad]);
  await single.runAll(2);
  single.finish();
  assert.deepEqual(single.gaps, []);
});

test("failures that do not follow each other are a busy machine's", async () => {
  const { told, gaps, runAll } = verdictOn([bad, bad, good, bad, bad, good]);
  await runAll(6);
  assert.deepEqual([told, gaps], [[], []]);
});

test("a test that could not make its sockets says so, and does not count", async () => {
  const { told, runAll } = verdictOn([bad, bad, new Error("too many open files"), good]);
  await runAll(4);
  assert.deepEqual(told, ["too many open files"]);
});

test("two tests never run at a time", async () => {
  const { verdict, told } = verdictOn([bad, bad, bad]);
  await Promise.all([verdict.run(), verdict.run(), verdict.run()]);
  assert.deepEqual(told, []);
});

test("of each kind it is known when it was last seen, how often it was not, and whether it is silent", async () => {
  const { verdict, runAll } = verdictOn([good, bad, bad, bad, good, new Error("too many open files")]);
  assert.equal(verdict.kinds.size, 0);
  await runAll(4);
  assert.deepEqual(Object.fromEntries(verdict.kinds), {
    "tcp.accept": { failedTests: 0, lastSeen: "4", isSilent: false },
    "tcp.close": { failedTests: 3, lastSeen: "1", isSilent: true },
  });
  await runAll(2);
  assert.deepEqual(verdict.kinds.get("tcp.close"), { failedTests: 3, lastSeen: "5", isSilent: false });
  assert.equal(verdict.errors, 1);
});

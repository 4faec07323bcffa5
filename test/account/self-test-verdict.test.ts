import assert from "node:assert/strict";
import { test } from "node:test";
import type { Check, SelfTest } from "../../src/account/self-test.ts";
import { SelfTestVerdict } from "../../src/account/self-test-verdict.ts";

const seen: Check = { kind: "tcp.accept", what: "IPv4", seen: true };
const unseen: Check = { kind: "tcp.close", what: "IPv6", seen: false };

/** A verdict on tests whose outcomes are given, and what it told. */
function verdictOn(outcomes: (readonly Check[] | Error)[]) {
  const told: (string | undefined)[] = [];
  const run = async () => {
    const outcome = outcomes.shift() ?? [];
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  const verdict = new SelfTestVerdict({ run } as SelfTest, {
    onChange: (silent) => told.push(silent),
    onError: ({ message }) => told.push(message),
  });
  return { verdict, told };
}

test("a probe that is silent in three tests running is named once, and its return too", async () => {
  const { verdict, told } = verdictOn([[unseen], [unseen], [seen, unseen], [unseen], [seen]]);
  await verdict.run();
  await verdict.run();
  assert.deepEqual(told, []);
  await verdict.run();
  assert.match(verdict.silent ?? "", /not seen: tcp\.close \(IPv6\)$/);
  await verdict.run();
  assert.equal(told.length, 1);
  await verdict.run();
  assert.equal(verdict.silent, undefined);
  assert.deepEqual(told.slice(1), [undefined]);
});

test("failures that do not follow each other are a busy machine's", async () => {
  const { verdict, told } = verdictOn([[unseen], [unseen], [seen], [unseen], [unseen], [seen]]);
  for (let n = 0; n < 6; n++) await verdict.run();
  assert.deepEqual(told, []);
});

test("a test that could not make its sockets says so, and does not count", async () => {
  const { verdict, told } = verdictOn([[unseen], [unseen], new Error("too many open files"), [seen]]);
  for (let n = 0; n < 4; n++) await verdict.run();
  assert.deepEqual(told, ["too many open files"]);
});

test("two tests never run at a time", async () => {
  const { verdict, told } = verdictOn([[unseen], [unseen], [unseen]]);
  await Promise.all([verdict.run(), verdict.run(), verdict.run()]);
  assert.deepEqual(told, []);
});

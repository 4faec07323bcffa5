import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Limited, PodLimit } from "../../src/filter/pod-limit.ts";
import type { Origin } from "../../src/origin.ts";
import { IN_POD, ON_HOST } from "./rules.ts";

const pod = (name: string): Origin => ({ podUid: `uid-of-${name}`, pod: name, namespace: "shop" });

function newLimit(linesPerSecond: number) {
  const told: Limited[] = [];
  return { told, limit: new PodLimit(linesPerSecond, (limited) => told.push(limited)) };
}

test("Without a limit everything is admitted", () => {
  const { limit, told } = newLimit(0);
  for (let n = 0; n < 1000; n++) assert.ok(limit.admits(n, IN_POD, 0));
  limit.report(0);
  assert.deepEqual(told, []);
});

test("A pod has a second's worth of lines at once, and more as time goes on", () => {
  const { limit } = newLimit(10);
  const admitted = (nowMs: number) =>
    Array.from({ length: 30 }, () => limit.admits(0, IN_POD, nowMs)).filter(Boolean).length;
  assert.deepEqual([0, 0, 100, 550, 551, 60_000].map(admitted), [10, 0, 1, 4, 0, 10]);
});

test("What is in no pod is not limited", () => {
  const { limit } = newLimit(1);
  for (const origin of [ON_HOST, { containerId: "5f70" }, { unresolved: true } as const, {}])
    for (let n = 0; n < 10; n++) assert.ok(limit.admits(0, origin, 0));
});

test("One pod's lines take nothing from another's", () => {
  const { limit } = newLimit(2);
  for (let n = 0; n < 10; n++) limit.admits(0, pod("loud"), 0);
  assert.ok(limit.admits(0, pod("quiet"), 0));
});

test("What a pod lost is told once, with the times of its first and last event and its names", () => {
  const { limit, told } = newLimit(1);
  for (const bootUs of [5, 30, 20, 40]) limit.admits(bootUs, pod("loud"), 0);
  limit.admits(1, pod("quiet"), 0);
  limit.report(10);
  limit.report(20);
  assert.deepEqual(told, [{ fromBootUs: 20, toBootUs: 40, namespace: "shop", pod: "loud", dropped: 3 }]);
});

test("A pod of which the API has not told goes by its uid", () => {
  const { limit, told } = newLimit(1);
  for (const bootUs of [5, 6]) limit.admits(bootUs, { podUid: "0d5f", unresolved: true }, 0);
  limit.report(0);
  assert.deepEqual(told, [{ fromBootUs: 6, toBootUs: 6, pod_uid: "0d5f", dropped: 1 }]);
});

test("A limit that is set lower or higher holds for what comes from then on", () => {
  const { limit } = newLimit(10);
  assert.ok(limit.admits(0, IN_POD, 0));
  limit.linesPerSecond = 2;
  assert.deepEqual(
    [1, 2, 3].map(() => limit.admits(0, IN_POD, 0)),
    [true, true, false],
  );
  limit.linesPerSecond = 0;
  assert.ok(limit.admits(0, IN_POD, 0));
});

test("Of any number of pods in any order, what is told is what was not admitted", () => {
  const step = fc.record({
    pod: fc.constantFrom("a", "b", "c"),
    afterMs: fc.constantFrom(0, 0, 1, 90, 1500),
    isReport: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 60 }), (rate, steps) => {
      const { limit, told } = newLimit(rate);
      const refused: Record<string, number> = {};
      let nowMs = 0;
      for (const { pod: name, afterMs, isReport } of steps) {
        nowMs += afterMs;
        if (!limit.admits(nowMs, pod(name), nowMs)) refused[name] = (refused[name] ?? 0) + 1;
        if (isReport) limit.report(nowMs);
      }
      limit.report(nowMs);
      const sums: Record<string, number> = {};
      for (const { pod: name = "", dropped } of told) sums[name] = (sums[name] ?? 0) + dropped;
      assert.deepEqual(sums, refused);
    }),
  );
});

test("Among more pods than are remembered none of the losses is lost", () => {
  const { limit, told } = newLimit(1);
  for (let n = 0; n < 5000; n++) {
    limit.admits(n, pod(`p${n}`), 0);
    limit.admits(n, pod(`p${n}`), 0);
  }
  assert.ok(told.length > 0, "some had to make room");
  limit.report(0);
  assert.equal(
    told.reduce((sum, { dropped }) => sum + dropped, 0),
    5000,
  );
});

import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { newCounters } from "../src/account/counters.ts";
import { MadeRecords } from "../src/account/made-records.ts";
import { MissedReturns } from "../src/account/missed-returns.ts";
import { KernelClock } from "../src/clock.ts";
import type { SocketEvent } from "../src/event.ts";
import { EventPath, type EventPathOptions } from "../src/event-path.ts";
import { KEYS_PER_CPU } from "../src/probe/number-records.ts";
import type { CgroupRecord, ProbeRecord, ProgramRecord } from "../src/probe-record.ts";
import { recordText } from "./parse/record-text.ts";
import { newLife } from "./socket/story.ts";

export const MS = 1000;

/** The way with all that comes out of it, on a machine whose time passes when told. */
export function newPath(
  t: TestContext,
  { isReaderWaiting }: Pick<Partial<EventPathOptions>, "isReaderWaiting"> = {},
) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const immediates: (() => void)[] = [];
  t.mock.method(globalThis, "setImmediate", (callback: () => void) => void immediates.push(callback));
  let bootUs = 0;
  let utcMs = 0;
  t.mock.method(performance, "now", () => bootUs / 1000);
  const clock = new KernelClock({
    monotonicUs: () => bootUs,
    realtimeMs: () => utcMs++,
    uptimeCs: () => Math.floor(bootUs / 10_000),
  });
  const counters = newCounters();
  const made = new MadeRecords(["tcp.accept"], KEYS_PER_CPU);
  const life = newLife({ pendingAfterUs: 3000 * MS });
  const events: SocketEvent[] = [];
  const program: ProgramRecord[] = [];
  const cgroups: CgroupRecord[] = [];
  const messages: string[] = [];
  const path = new EventPath({
    life,
    clock,
    counters,
    made,
    missedReturns: new MissedReturns([]),
    isReaderWaiting,
    onEvent: (event) => events.push(event),
    onCgroup: (record) => cgroups.push(record),
    onProgram: (record) => program.push(record),
    onMessage: (message) => messages.push(message),
  });
  t.after(() => path.drain());
  const takeAll = (...records: ProbeRecord[]) => {
    for (const record of records) path.take(printf(recordText(record)));
  };
  let number = 0;
  /** Records that were made on this CPU. */
  const takeOf = (cpu: number, ...records: ProbeRecord[]) => {
    for (const record of records)
      path.take(printf(`${cpu * KEYS_PER_CPU} ${++number} ${recordText(record)}`));
  };
  const pass = (ms: number) => {
    for (let n = 0; n < ms; n++) {
      bootUs += MS;
      t.mock.timers.tick(1);
      for (const callback of immediates.splice(0)) callback();
    }
  };
  /** What came out since the last look, in short. */
  const said = () => events.splice(0).map(({ kind, conn, result }) => [kind, conn, result].join(" ").trim());
  return { path, counters, made, life, events, program, cgroups, messages, takeAll, takeOf, pass, said };
}

/** For a test that waits. */
export const BOUNDED = { timeout: 10_000 };

export function printf(data: string): string {
  return JSON.stringify({ type: "printf", data });
}
/** A wait for everything to be read, at times that are told; it looks every 20 ms of real time. */
export function settling(t: TestContext, path: EventPath) {
  let nowMs = 0;
  t.mock.restoreAll();
  t.mock.method(performance, "now", () => nowMs);
  let isSettled = false;
  const settled = path.settled().then((isRead) => {
    isSettled = true;
    return isRead;
  });
  return {
    waitsAt: async (ms: number) => {
      nowMs = ms;
      await delay(50);
      assert.ok(!isSettled, `settled at ${ms} ms`);
    },
    endsAt: async (ms: number) => {
      nowMs = ms;
      return settled;
    },
  };
}

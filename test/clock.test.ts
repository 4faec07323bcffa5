import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type ClockSource, KernelClock, machineClocks } from "../src/clock.ts";

const SECOND = 1_000_000;

/** A machine's clocks in microseconds, of which each look takes one. */
class Machine implements ClockSource {
  #monotonic: number;
  #suspended: number;
  #utcAhead = 1_795_343_486_844_466;

  constructor({ upUs = 81_230_741, suspendedUs = 0 } = {}) {
    this.#monotonic = upUs;
    this.#suspended = suspendedUs;
  }

  get bootUs(): number {
    return this.#monotonic + this.#suspended;
  }

  get utcUs(): number {
    return this.#monotonic + this.#utcAhead;
  }

  readonly monotonicUs = () => this.#monotonic++;
  readonly realtimeMs = () => Math.floor((this.#monotonic++ + this.#utcAhead) / 1000);
  readonly uptimeCs = () => Math.floor((this.#monotonic++ + this.#suspended) / 10_000);

  run(us: number): void {
    this.#monotonic += us;
  }

  suspend(us: number): void {
    this.#suspended += us;
    this.#utcAhead += us;
  }

  setUtc(byUs: number): void {
    this.#utcAhead += byUs;
  }
}

/** By how much the UTC of an event that happens now is too late. */
function errorUs(clock: KernelClock, machine: Machine): number {
  return clock.utcUs(machine.bootUs) - machine.utcUs;
}

function assertWithin(us: number, limitUs: number): void {
  assert.ok(Math.abs(us) <= limitUs, `${us} µs off, more than ${limitUs}`);
}

const anyTime = fc.integer({ min: 0, max: 10_000 * SECOND });

test("UTC is right to microseconds from the start", () => {
  fc.assert(
    fc.property(anyTime, (upUs) => {
      const machine = new Machine({ upUs });
      assertWithin(errorUs(new KernelClock(machine), machine), 3);
    }),
  );
});

test("where no clock is set nothing moves: not UTC, and not by a microsecond the time since boot", () => {
  fc.assert(
    fc.property(anyTime, fc.array(fc.integer({ min: 1, max: 2 * SECOND })), (upUs, waits) => {
      const machine = new Machine({ upUs });
      const clock = new KernelClock(machine);
      const error = errorUs(clock, machine);
      for (const wait of waits) {
        machine.run(wait);
        clock.measure();
        assert.equal(errorUs(clock, machine), error);
        const { bootUs } = machine;
        assert.equal(clock.nowBootUs(), bootUs);
      }
    }),
  );
});

for (const byUs of [300, 2000, 1_500_000, 3600 * SECOND]) {
  test(`a clock that is set by ${byUs} µs, forward or back, is followed at the next measurement`, () => {
    fc.assert(
      fc.property(anyTime, fc.constantFrom(byUs, -byUs), (upUs, by) => {
        const machine = new Machine({ upUs });
        const clock = new KernelClock(machine);
        machine.setUtc(by);
        clock.measure();
        assertWithin(errorUs(clock, machine), 1000);
      }),
    );
  });
}

test("a clock that gains or loses 500 ppm is followed to 1 ms, and strays by 500 µs until the next second", () => {
  fc.assert(
    fc.property(anyTime, fc.constantFrom(500, -500), (upUs, ppm) => {
      const machine = new Machine({ upUs });
      const clock = new KernelClock(machine);
      for (let second = 0; second < 100; second++) {
        machine.run(SECOND);
        machine.setUtc(ppm);
        assertWithin(errorUs(clock, machine), 1500);
        clock.measure();
        assertWithin(errorUs(clock, machine), 1000);
      }
    }),
  );
});

test("a suspended machine's clocks are followed to 10 ms", () => {
  fc.assert(
    fc.property(anyTime, anyTime, anyTime, (upUs, suspendedUs, again) => {
      const machine = new Machine({ upUs, suspendedUs });
      const clock = new KernelClock(machine);
      assertWithin(errorUs(clock, machine), 10_000);
      machine.suspend(again);
      clock.measure();
      assertWithin(errorUs(clock, machine), 10_010);
      assertWithin(clock.nowBootUs() - machine.bootUs, 10_010);
    }),
  );
});

const change = fc.oneof(
  fc.record({ run: anyTime }),
  fc.record({ setUtc: fc.integer({ min: -SECOND * 4000, max: SECOND * 4000 }) }),
  fc.record({ suspend: anyTime }),
);

test("whatever happens to the clocks, times are whole microseconds", () => {
  fc.assert(
    fc.property(anyTime, fc.array(change), (upUs, changes) => {
      const machine = new Machine({ upUs });
      const clock = new KernelClock(machine);
      for (const change of changes) {
        if ("run" in change) machine.run(change.run);
        else if ("setUtc" in change) machine.setUtc(change.setUtc);
        else machine.suspend(change.suspend);
        clock.measure();
        const times = [clock.utcUs(machine.bootUs), clock.nowBootUs(), clock.nowUtcUs()];
        assert.ok(times.every(Number.isSafeInteger), String(times));
      }
    }),
  );
});

test("this machine's clocks tell the same UTC", () => {
  const clock = new KernelClock(machineClocks);
  const earliestMs = Date.now();
  const nowMs = clock.nowUtcUs() / 1000;
  const latestMs = Date.now() + 1;
  assert.ok(nowMs >= earliestMs - 1 && nowMs <= latestMs + 1, `${earliestMs} ≤ ${nowMs} ≤ ${latestMs}`);
});

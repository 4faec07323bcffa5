import { readFileSync } from "node:fs";

/** Reads of the machine's clocks; others than the real ones in tests only. */
export type ClockSource = {
  /** CLOCK_MONOTONIC, microseconds. */
  readonly monotonicUs: () => number;
  /** CLOCK_REALTIME, whole milliseconds, rounded down. */
  readonly realtimeMs: () => number;
  /** CLOCK_BOOTTIME, hundredths of a second, rounded down. */
  readonly uptimeCs: () => number;
};

export const machineClocks: ClockSource = {
  monotonicUs: () => Number(process.hrtime.bigint() / 1000n),
  realtimeMs: () => Date.now(),
  uptimeCs: () => Math.round(Number(readFileSync("/proc/uptime", "latin1").split(" ")[0]) * 100),
};

/**
 * Turns the kernel's time of an event (CLOCK_BOOTTIME) into UTC.
 *
 * Node tells UTC in milliseconds and the time since boot in hundredths of a second, so one reading of a pair of
 * clocks bounds their distance to an interval. The estimate moves only as far as each new interval demands: it
 * follows a clock that is set or slewed, to well below a millisecond, and otherwise stays where it is.
 */
export class KernelClock {
  readonly #source: ClockSource;
  /** BOOTTIME less MONOTONIC: the time that the machine was suspended. */
  #suspendedUs = 0;
  /** UTC less MONOTONIC. */
  #offsetUs: number;

  constructor(source: ClockSource) {
    this.#source = source;
    this.#offsetUs = nextMillisecond(source);
    this.measure();
  }

  /** Measures the clocks' distances again; to be called once a second. */
  measure(): void {
    const { monotonicUs, realtimeMs, uptimeCs } = this.#source;
    const before = monotonicUs();
    const utcUs = realtimeMs() * 1000;
    const bootUs = uptimeCs() * 10_000;
    const after = monotonicUs();
    this.#offsetUs = clamp(this.#offsetUs, utcUs - after, utcUs + 1000 - before);
    this.#suspendedUs = clamp(this.#suspendedUs, bootUs - after, bootUs + 10_000 - before);
  }

  /** UTC of a kernel time, whole microseconds since 1970. */
  utcUs(bootUs: number): number {
    return Math.round(bootUs - this.#suspendedUs + this.#offsetUs);
  }

  nowBootUs(): number {
    return Math.round(this.#source.monotonicUs() + this.#suspendedUs);
  }

  nowUtcUs(): number {
    return this.utcUs(this.nowBootUs());
  }
}

/** UTC less MONOTONIC at the moment at which a millisecond begins: at most one is waited for, once. */
function nextMillisecond({ monotonicUs, realtimeMs }: ClockSource): number {
  const started = realtimeMs();
  let now = started;
  while (now === started) now = realtimeMs();
  return now * 1000 - monotonicUs();
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}

import { newCounters } from "../../src/account/counters.ts";
import { KernelClock } from "../../src/clock.ts";
import type { SocketEvent } from "../../src/event.ts";
import { jsonFormatter } from "../../src/format/json.ts";
import { textFormatter } from "../../src/format/text.ts";
import { LineWriter } from "../../src/line-writer.ts";
import { LineSink } from "../../src/sink/stdout.ts";
import { verify } from "../../src/verify/verify.ts";

/** 2026-11-22T10:00:00Z, when every test begins; times of a test are seconds from here. */
const BEGIN_US = Date.UTC(2026, 10, 22, 10) * 1000;

/** As it stands on a line. */
export function at(seconds: number): string {
  const us = Math.round(seconds * 1e6);
  const second = new Date(BEGIN_US / 1000 + Math.floor(us / 1e6) * 1000).toISOString().slice(0, 19);
  return `${second}.${String(us % 1e6).padStart(6, "0")}Z`;
}

class KeptLines extends LineSink {
  readonly lines: string[] = [];
  constructor() {
    super(1, () => {}); // nothing is ever written there
  }
  override get hasRoom(): boolean {
    return true;
  }
  override write(line: string): void {
    this.lines.push(line);
  }
}

/** Stands at the second that it is set to; there kernel time is in microseconds from the beginning of the test. */
class SetClock extends KernelClock {
  seconds = 0;
  constructor() {
    let ms = 0;
    super({ monotonicUs: () => 0, realtimeMs: () => ms++, uptimeCs: () => 0 });
  }
  override utcUs(bootUs: number): number {
    return BEGIN_US + bootUs;
  }
  override nowUtcUs(): number {
    return BEGIN_US + this.seconds * 1e6;
  }
}

const EVENT = {
  kind: "tcp.connect",
  process: { pid: 3206, uid: 1000, comm: "curl" },
  cgroup: 1,
  local: { address: "10.1.0.7", port: 52507 },
  peer: { address: "130.59.10.36", port: 80 },
  netns: 4026531840,
  conn: "112153",
} as const;

export type Extra = Readonly<Record<string, number | string>>;

/** A run of netlog that writes what it is told to, by the same formatters and the same writer, with true counters. */
export class WrittenRun {
  readonly #sink = new KeptLines();
  readonly #clock = new SetClock();
  readonly #counters = newCounters();
  readonly #writer: LineWriter;

  constructor({ node = "node-1", run = "aaa", format = "text" } = {}) {
    const formatter = (format === "json" ? jsonFormatter : textFormatter)({ node, run });
    this.#writer = new LineWriter({
      formatter,
      sink: this.#sink,
      clock: this.#clock,
      nowUs: () => this.#clock.nowUtcUs(),
      counters: this.#counters,
      selection: { filters: () => false, limits: () => false },
    });
  }

  /** With their line feeds; number n is at index n - 1. */
  get lines(): readonly string[] {
    return this.#sink.lines;
  }

  get text(): string {
    return this.lines.join("");
  }

  start(seconds: number): this {
    return this.record("start", seconds, { version: "0.1.0", bpftrace: "0.23.2" });
  }

  stop(seconds: number): this {
    return this.stats(seconds).record("stop", seconds, { reason: "SIGTERM" });
  }

  /** So many events, one after the other in one second. */
  events(seconds: number, count: number, more: Partial<SocketEvent> = {}): this {
    for (let index = 0; index < count; index++)
      this.#writer.event({ ...EVENT, ...more, bootUs: seconds * 1e6 + index } as SocketEvent, {});
    return this;
  }

  gap(seconds: number, from: number | "unknown", reason: string): this {
    return this.record("gap", seconds, {
      from: from === "unknown" ? from : at(from),
      to: at(seconds),
      reason,
    });
  }

  stats(seconds: number, extra: Extra = {}): this {
    const { lines, events, streamRecords } = this.#counters;
    const counts = Object.fromEntries([...events].map(([kind, count]) => [`events.${kind}`, count]));
    const records = { records: 2 * lines + 3, joined: 2 * lines, "ignored.kind-off": 3 };
    return this.record("stats", seconds, {
      ...records,
      ...counts,
      lines,
      stream_records: streamRecords,
      ...extra,
    });
  }

  /** A record that this version may not have yet is one too. */
  record(name: string, seconds: number, fields: Extra): this {
    this.#clock.seconds = seconds;
    this.#writer.record(name as "stats", fields);
    return this;
  }
}

/** What `netlog verify` finds in a text, which comes in pieces of so many bytes. */
export function verifyText(text: string, pieceBytes = 65_536) {
  return verify(pieces(Buffer.from(text), pieceBytes));
}

async function* pieces(bytes: Buffer, length: number): AsyncGenerator<Uint8Array, void> {
  for (let from = 0; from < bytes.length; from += length) yield bytes.subarray(from, from + length);
}

import { type Counters, countIn, type GapReason } from "./account/counters.ts";
import type { KernelClock } from "./clock.ts";
import type { SocketEvent } from "./event.ts";
import type { Formatter, StreamRecord } from "./format/formatter.ts";
import { timeWriter } from "./format/time.ts";
import type { Origin } from "./origin.ts";
import type { Selection } from "./selection.ts";
import type { LineSink } from "./sink/stdout.ts";

export type LineWriterOptions = {
  readonly formatter: Formatter;
  readonly sink: LineSink;
  readonly clock: KernelClock;
  /** The time of the stream's own records, UTC microseconds. */
  readonly nowUs: () => number;
  readonly counters: Counters;
  readonly selection: Pick<Selection, "filters" | "limits">;
};

type Span = { readonly from: string; readonly to: string } & StreamRecord["fields"];

/**
 * Gives each line its number at the moment of writing, so that a hole in the numbers means: lost after netlog
 * wrote it. What netlog leaves out itself, by its rules, for want of room or over a limit, it leaves out before.
 */
export class LineWriter {
  readonly #options: LineWriterOptions;
  readonly #rfc3339 = timeWriter();
  #n = 0;
  #isEnding = false;
  /** `#stop` is the last line. */
  #isOver = false;
  /** Events that a slow reader has cost since there was room. */
  #dropped: { readonly fromUs: number; readonly toUs: number; readonly count: number } | undefined;

  constructor(options: LineWriterOptions) {
    this.#options = options;
  }

  /** The number of the last line. */
  get n(): number {
    return this.#n;
  }

  event(event: SocketEvent, origin: Origin): void {
    const { formatter, sink, clock, counters, selection } = this.#options;
    countIn(counters.events, event.kind);
    if (selection.filters(event, origin)) return;
    if (!sink.hasRoom) {
      this.#drop(clock.utcUs(event.bootUs));
      return;
    }
    this.tellDropped();
    if (selection.limits(event, origin)) return;
    counters.lines++;
    if (origin.unresolved) counters.unresolved++;
    if (formatter.truncates(origin)) counters.truncated++;
    sink.write(formatter.event(event, origin, { utcUs: clock.utcUs(event.bootUs), n: ++this.#n }));
  }

  /** Says it now, because no more events will come; the last records are written whatever waits. */
  finish(): void {
    this.#isEnding = true;
    this.#tellDropped();
  }

  /** Says which events a slow reader cost, as soon as there is room again; to be called now and then. */
  tellDropped(): void {
    if (this.#options.sink.hasRoom) this.#tellDropped();
  }

  #tellDropped(): void {
    if (this.#dropped === undefined) return;
    const { fromUs, toUs, count } = this.#dropped;
    this.#dropped = undefined;
    const [from, to] = [this.#rfc3339(fromUs), this.#rfc3339(toUs)];
    this.gap("slow-reader", { from, to, dropped: count });
  }

  #drop(utcUs: number): void {
    this.#options.counters.droppedQueueFull++;
    const { fromUs, toUs, count } = this.#dropped ?? { fromUs: utcUs, toUs: utcUs, count: 0 };
    this.#dropped = { fromUs: Math.min(fromUs, utcUs), toUs: Math.max(toUs, utcUs), count: count + 1 };
  }

  /** From when to when nobody watched, or events got no line. */
  gap(reason: GapReason, { from, to, ...more }: Span): void {
    countIn(this.#options.counters.gaps, reason);
    this.record("gap", { from, to, reason, ...more });
  }

  /**
   * The stream's own records are few, and are never dropped but for the counters: while the reader is slow for hours
   * they would fill the memory, and the next ones say the same and more.
   */
  record(name: StreamRecord["name"], fields: StreamRecord["fields"]): void {
    const { formatter, sink, nowUs, counters } = this.#options;
    if (this.#isOver || (name === "stats" && !this.#isEnding && !sink.hasRoom)) return;
    this.#isOver = name === "stop";
    counters.streamRecords++;
    sink.write(formatter.record({ name, fields }, { utcUs: nowUs(), n: ++this.#n }));
  }
}

import type { Counters } from "./account/counters.ts";
import type { KernelClock } from "./clock.ts";
import type { SocketEvent } from "./event.ts";
import type { Formatter, StreamRecord } from "./format/formatter.ts";
import type { Origin } from "./origin.ts";
import type { LineSink } from "./sink/stdout.ts";

export type LineWriterOptions = {
  readonly formatter: Formatter;
  readonly sink: LineSink;
  readonly clock: KernelClock;
  readonly counters: Counters;
};

/**
 * Gives each line its number at the moment of writing, so that a hole in the numbers means: lost after netlog
 * wrote it. What netlog drops itself, it drops before.
 */
export class LineWriter {
  readonly #options: LineWriterOptions;
  #n = 0;

  constructor(options: LineWriterOptions) {
    this.#options = options;
  }

  /** The number of the last line. */
  get n(): number {
    return this.#n;
  }

  event(event: SocketEvent, origin: Origin): void {
    const { formatter, sink, clock, counters } = this.#options;
    counters.events.set(event.kind, (counters.events.get(event.kind) ?? 0) + 1);
    if (!sink.hasRoom) {
      counters.droppedQueueFull++;
      return;
    }
    counters.lines++;
    if (origin.unresolved) counters.unresolved++;
    sink.write(formatter.event(event, origin, { utcUs: clock.utcUs(event.bootUs), n: ++this.#n }));
  }

  /** The stream's own records are few, and are never dropped. */
  record(name: StreamRecord["name"], fields: StreamRecord["fields"]): void {
    const { formatter, sink, clock, counters } = this.#options;
    counters.streamRecords++;
    sink.write(formatter.record({ name, fields }, { utcUs: clock.nowUtcUs(), n: ++this.#n }));
  }
}

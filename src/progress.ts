import type { Logger } from "pino";
import { HandedOver } from "./account/handed-over.ts";
import { ProgressFile } from "./account/state-file.ts";
import type { KernelClock } from "./clock.ts";
import { timeWriter } from "./format/time.ts";
import type { LineWriter } from "./line-writer.ts";
import type { LineSink } from "./sink/stdout.ts";
import type { Watch } from "./watch.ts";

/** How long an event takes to its line, beside what it waits for: timers are late. */
const ON_THE_WAY_MS = 1000;

export type ProgressOptions = {
  /** Undefined: nothing is kept. */
  readonly path: string | undefined;
  readonly run: string;
  readonly sink: LineSink;
  readonly writer: LineWriter;
  readonly watch: Watch;
  readonly clock: KernelClock;
  readonly log: Pick<Logger, "warn">;
  /** How long an attempt waits for its outcome, and an event for a name. */
  readonly pendingAfterMs: number;
  readonly waitForNameMs: number;
};

/** Notes how far netlog has come, so that the next start knows from when on nobody watched. */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #file: ProgressFile;
  readonly #handed: HandedOver;
  readonly #rfc3339 = timeWriter();
  #waitForNameMs: number;

  constructor(options: ProgressOptions) {
    const { path, sink, log, waitForNameMs } = options;
    this.#options = options;
    this.#handed = new HandedOver(sink);
    this.#waitForNameMs = waitForNameMs;
    this.#file = new ProgressFile(path, (error) =>
      log.warn(`cannot write ${path}, the file of state.path: ${error.message}`),
    );
  }

  /** Some may wait from now on as long as this, others as long as before. */
  waitForName(ms: number): void {
    this.#waitForNameMs = Math.max(this.#waitForNameMs, ms);
  }

  /** While netlog watches. What waits inside it dies with it, so what may still wait does not count. */
  async save(): Promise<void> {
    const { watch, clock, pendingAfterMs } = this.#options;
    const waitMs = pendingAfterMs + this.#waitForNameMs + ON_THE_WAY_MS;
    this.#handed.look(clock.utcUs(watch.readUpToBootUs) - waitMs * 1000);
    if (this.#handed.untilUs !== undefined) await this.#save(this.#handed.untilUs);
  }

  /** When the last line has been handed over: up to when netlog watched, UTC microseconds. */
  async saveEnd(untilUs: number): Promise<void> {
    await this.#save(untilUs);
  }

  async #save(untilUs: number): Promise<void> {
    const { run, writer } = this.#options;
    await this.#file.save({ run, n: writer.n, time: this.#rfc3339(untilUs) });
  }
}

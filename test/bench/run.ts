import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Watcher } from "./watchers.ts";

const POLL_MS = 20;
/** When nothing was written for so long, all is written: bpftrace and libbpf read their buffers every 100 ms. */
const STABLE_MS = 1000;

/**
 * A watcher that runs. Its lines go to a file rather than a pipe: a reader would take CPU time of the same
 * machine, and another one for each watcher.
 */
export class Run {
  readonly child: ChildProcess;
  readonly #file: string;
  readonly #errors: string;
  readonly #startedMs = performance.now();

  constructor({ command: [program = "", ...args] }: Watcher, folder: string) {
    this.#file = join(folder, `output-${process.hrtime.bigint()}`);
    this.#errors = `${this.#file}.stderr`;
    this.child = spawn(program, args, {
      stdio: ["ignore", openSync(this.#file, "a"), openSync(this.#errors, "a")],
    });
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** Bytes written up to now. */
  get size(): number {
    return statSync(this.#file).size;
  }

  /** The lines written behind so many bytes. */
  linesFrom(offset: number): readonly string[] {
    return readFileSync(this.#file).subarray(offset).toString("latin1").split("\n");
  }

  /** Waits for such a line; gives the milliseconds since the start. */
  async sees(pattern: RegExp): Promise<number> {
    while (!this.linesFrom(0).some((line) => pattern.test(line))) {
      const elapsedMs = performance.now() - this.#startedMs;
      if (this.child.exitCode !== null) throw new Error(`it ended: ${readFileSync(this.#errors, "utf8")}`);
      if (elapsedMs > 120_000) throw new Error(`no ${pattern} in two minutes`);
      await delay(POLL_MS);
    }
    return performance.now() - this.#startedMs;
  }

  /** Waits until it writes no more. */
  async settled(): Promise<void> {
    let size = -1;
    let sinceMs = performance.now();
    while (performance.now() - sinceMs < STABLE_MS) {
      if (this.size !== size) sinceMs = performance.now();
      size = this.size;
      await delay(POLL_MS);
    }
  }

  /** Ends it as Ctrl-C does. */
  async stop(): Promise<void> {
    const ended = once(this.child, "close");
    this.child.kill("SIGINT");
    const kill = setTimeout(() => this.child.kill("SIGKILL"), 15_000);
    await ended;
    clearTimeout(kill);
  }
}

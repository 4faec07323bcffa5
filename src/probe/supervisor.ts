import { setTimeout as delay } from "node:timers/promises";
import type { BpftraceChild, ChildEnd } from "./child.ts";
import { AttachError } from "./errors.ts";

const TIMES = {
  /** Compiling and attaching takes 1 to 3 seconds, and tens of them on an emulated machine. */
  attachMs: 120_000,
  firstBackoffMs: 500,
  longestBackoffMs: 30_000,
};

export type SupervisorOptions = {
  readonly start: () => BpftraceChild;
  /** The child ended by itself; it is started again in `againInMs`. */
  readonly onDown: (end: ChildEnd, againInMs: number) => void;
  readonly signal: AbortSignal;
  /** Waited for between the signal and the child's stop: the time to read what the kernel has reported. */
  readonly settle: () => Promise<void>;
  /** Other than the real ones in tests only. */
  readonly times?: Readonly<typeof TIMES>;
};

/**
 * Keeps one bpftrace running until the signal aborts, then stops it. One that ended is started again, after a
 * pause that doubles until one has attached its probes.
 */
export class ProbeSupervisor {
  readonly #options: SupervisorOptions;
  #attached: PromiseWithResolvers<"attached"> = Promise.withResolvers();
  readonly #times: Readonly<typeof TIMES>;
  #backoffMs: number;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#times = options.times ?? TIMES;
    this.#backoffMs = this.#times.firstBackoffMs;
  }

  /** To be called when the running program has said that its probes are attached. */
  attached(): void {
    this.#backoffMs = this.#times.firstBackoffMs;
    this.#attached.resolve("attached");
  }

  /**
   * Resolves after the signal, when the last child is gone and its output read.
   * @throws AttachError where the very first child cannot attach its probes: a later try would fare no better
   */
  async run(): Promise<void> {
    const { start, onDown, signal, settle } = this.#options;
    const { attachMs, longestBackoffMs } = this.#times;
    for (let first = true; !signal.aborted; first = false) {
      this.#attached = Promise.withResolvers();
      const child = start();
      const stopped = stopAtAbort(child, signal, settle);
      let late: Partial<ChildEnd> = {};
      const giveUp = setTimeout(() => {
        late = { how: `was given up after ${attachMs / 1000} s` };
        void child.stop();
      }, attachMs);
      const outcome = await Promise.race([this.#attached.promise, child.ended]);
      clearTimeout(giveUp);
      if (first && outcome !== "attached" && !signal.aborted) throw attachError({ ...outcome, ...late });
      const end = await child.ended;
      stopped[Symbol.dispose]();
      if (signal.aborted) return;
      onDown({ ...end, ...late }, this.#backoffMs);
      await delay(this.#backoffMs, undefined, { signal }).catch(() => {});
      this.#backoffMs = Math.min(this.#backoffMs * 2, longestBackoffMs);
    }
  }
}

function stopAtAbort(child: BpftraceChild, signal: AbortSignal, settle: () => Promise<void>): Disposable {
  const stop = async () => {
    await Promise.race([settle(), child.ended]);
    await child.stop();
  };
  if (signal.aborted) void stop();
  signal.addEventListener("abort", stop, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", stop) };
}

function attachError({ how, stderr }: ChildEnd): AttachError {
  // Said whenever the limit cannot be raised, and harmless: newer kernels do not account for it.
  const said = stderr
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.includes("RLIMIT_MEMLOCK"))
    .slice(-8);
  return new AttachError(how, said.join("\n"));
}

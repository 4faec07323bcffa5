import { setTimeout as delay } from "node:timers/promises";
import type { BpftraceChild, ChildEnd } from "./child.ts";
import { AttachError, CrashLoopError } from "./errors.ts";

const TIMES = {
  /** Compiling and attaching takes 1 to 3 seconds, and tens of them on an emulated machine. */
  attachMs: 120_000,
  firstBackoffMs: 500,
  longestBackoffMs: 30_000,
  /** One that stayed up this long did not end of what ended the one before. */
  stableMs: 60_000,
  /** Its heart beats once a second. Counted in looks of a second each, so that a netlog that was stopped itself is fair. */
  silentLooks: 20,
  lookMs: 1000,
};

/** With these pauses in between, some three minutes. */
const MAX_FAILURES = 10;

export type SupervisorOptions = {
  readonly start: () => BpftraceChild;
  /** The child ended by itself; it is started again in `againInMs`, or no more. */
  readonly onDown: (end: ChildEnd, againInMs: number | undefined) => void;
  readonly signal: AbortSignal;
  /** Waited for between the signal and the child's stop: the time to read what the kernel has reported. */
  readonly settle: () => Promise<void>;
  /** Other than the real ones in tests only. */
  readonly times?: Readonly<typeof TIMES>;
};

/**
 * Keeps one bpftrace running until the signal aborts, then stops it. One that ended is started again, after a pause
 * that doubles until one stays up; one that has fallen silent is ended.
 */
export class ProbeSupervisor {
  readonly #options: SupervisorOptions;
  #attached: PromiseWithResolvers<"attached"> = Promise.withResolvers();
  readonly #times: Readonly<typeof TIMES>;
  #backoffMs: number;
  #failures = 0;
  #looksSinceWord = 0;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#times = options.times ?? TIMES;
    this.#backoffMs = this.#times.firstBackoffMs;
  }

  /** To be called when the running program has said that its probes are attached. */
  attached(): void {
    this.#attached.resolve("attached");
  }

  /** To be called when the running program has said anything. */
  heard(): void {
    this.#looksSinceWord = 0;
  }

  /**
   * Resolves after the signal, when the last child is gone and its output read.
   * @throws AttachError where the very first child cannot attach its probes: a later try would fare no better
   * @throws CrashLoopError where one after the other ends
   */
  async run(): Promise<void> {
    const { start, onDown, signal, settle } = this.#options;
    const { attachMs, firstBackoffMs, longestBackoffMs, stableMs } = this.#times;
    for (let first = true; !signal.aborted; first = false) {
      this.#attached = Promise.withResolvers();
      const child = start();
      const stopped = stopAtAbort(child, signal, settle);
      let late: Partial<ChildEnd> = {};
      const giveUp = setTimeout(() => {
        late = { how: `was given up after ${attachMs / 1000} s`, cause: "not-attached" };
        void child.stop();
      }, attachMs);
      const outcome = await Promise.race([this.#attached.promise, child.ended]);
      clearTimeout(giveUp);
      if (first && outcome !== "attached" && !signal.aborted) {
        const { how, stderr } = { ...outcome, ...late };
        throw new AttachError(how, stderr);
      }
      const attachedMs = performance.now();
      const fellSilent = this.#endIfSilent(child);
      const end = await child.ended;
      if (fellSilent())
        late = { how: `said nothing for ${this.#times.silentLooks} s and was ended`, cause: "silent" };
      stopped[Symbol.dispose]();
      if (signal.aborted) return;
      if (outcome === "attached" && performance.now() - attachedMs >= stableMs) {
        this.#backoffMs = firstBackoffMs;
        this.#failures = 0;
      }
      const ended = { ...end, ...late };
      const isLoop = ++this.#failures > MAX_FAILURES;
      onDown(ended, isLoop ? undefined : this.#backoffMs);
      if (isLoop) throw new CrashLoopError(this.#failures, ended.how, ended.stderr);
      await delay(this.#backoffMs, undefined, { signal }).catch(() => {});
      this.#backoffMs = Math.min(this.#backoffMs * 2, longestBackoffMs);
    }
  }

  /** The function that is returned is to be called at the child's end, and tells whether this is why. */
  #endIfSilent(child: BpftraceChild): () => boolean {
    let isSilent = false;
    this.#looksSinceWord = 0;
    const look = setInterval(() => {
      if (++this.#looksSinceWord <= this.#times.silentLooks) return;
      isSilent = true;
      child.kill();
    }, this.#times.lookMs);
    return () => {
      clearInterval(look);
      return isSilent;
    };
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

import type { Collected } from "../collect.ts";

/** A container whose program runs. */
export type Container = {
  /** 64 hex digits, as its runtime names it. */
  readonly id: string;
  /** Lets its program go on. */
  readonly signal: () => Promise<void>;
  /** What its program wrote, when it has ended. */
  readonly ended: Promise<readonly string[]>;
};

/** A container runtime, for containers that hold `brief` and nothing else. */
export type Containers = {
  /** Starts one with these arguments of the program; resolves at the program's first line. */
  readonly start: (...args: readonly string[]) => Promise<Container>;
} & AsyncDisposable;

/**
 * The lines of a container's program once it has ended well; otherwise an error with what it said, also where nobody
 * waits for it any more.
 */
export function linesAtEnd(run: Collected, name: string): Promise<readonly string[]> {
  const lines = run.ended.then((code) => {
    if (code !== 0) throw new Error(`the container ${name} ended with ${code}: ${run.stderr()}`);
    return run.lines();
  });
  lines.catch(() => {});
  return lines;
}

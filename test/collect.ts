import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** A child process whose output is kept: what it wrote so far, its first line, and its exit code at its end. */
export type Collected = {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The whole lines of standard output. */
  readonly lines: () => string[];
  /** Undefined where it ended without one. */
  readonly firstLine: Promise<string | undefined>;
  readonly ended: Promise<number | null>;
  /** `exit code 1` or `SIGSEGV`, once it has ended. */
  readonly how: () => string;
};

export function collect(child: ChildProcess): Collected {
  let stdout = "";
  let stderr = "";
  const firstLine = Promise.withResolvers<string | undefined>();
  const lines = () => stdout.split("\n").slice(0, -1);
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    if (text.includes("\n")) firstLine.resolve(lines()[0]);
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = once(child, "close").then(([code]) => {
    firstLine.resolve(lines()[0]);
    return code as number | null;
  });
  const how = () => child.signalCode ?? `exit code ${child.exitCode}`;
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    lines,
    firstLine: firstLine.promise,
    ended,
    how,
  };
}

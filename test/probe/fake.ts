import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Bpftrace } from "../../src/probe/bpftrace.ts";
import { type BpftraceChild, startBpftrace } from "../../src/probe/child.ts";
import { isGroupRunning } from "./processes.ts";

/** A program of fixtures/ in the place of bpftrace; each does one thing, which its name says. */
export type Fake =
  | "echoes"
  | "fails"
  | "floods"
  | "half-line"
  | "heartbeats"
  | "ignores-sigint"
  | "never-ready"
  | "ready"
  | "ready-then-dies";

export function fake(name: Fake): Bpftrace {
  const path = join(import.meta.dirname, "fixtures", `${name}.sh`);
  return { path, version: [0, 23], release: "0.23.2" };
}

type Options = { program?: string; needsPathOfTypes?: boolean; onLine?: (line: string) => void };

/** Starts a fake, or the bpftrace given; whatever is left of it at the test's end is killed. */
export function start(
  t: TestContext,
  what: Fake | Bpftrace,
  { program = "", needsPathOfTypes = false, onLine = () => {} }: Options = {},
): BpftraceChild {
  const bpftrace = typeof what === "string" ? fake(what) : what;
  const child = startBpftrace({ bpftrace, needsPathOfTypes, program, onLine });
  t.after(() => {
    if (child.pid !== undefined && isGroupRunning(child.pid)) process.kill(-child.pid, "SIGKILL");
  });
  return child;
}

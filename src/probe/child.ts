import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { Bpftrace } from "./bpftrace.ts";
import { LineSplitter } from "./lines.ts";
import { isAtLeast } from "./version.ts";

/** Detaching takes about a second for all of netlog's probes; a bpftrace that takes longer than this hangs. */
const STOP_MS = 1500;

export type ChildOptions = {
  readonly bpftrace: Bpftrace;
  /** Whether it must be told where the kernel's types are. */
  readonly needsPathOfTypes: boolean;
  /** The whole bpftrace program; it is given on standard input, so that no file needs to be written. */
  readonly program: string;
  /** Each line of standard output, as a string of bytes. */
  readonly onLine: (line: string) => void;
};

export type BpftraceChild = {
  readonly pid: number | undefined;
  /** Resolves when the process is gone and its output read: how it ended, and the end of its stderr. */
  readonly ended: Promise<ChildEnd>;
  /**
   * Asks it to end, and a second and a half later ends it by force. Neither 0.17 nor 0.23 gives out at its end what
   * it had not read from the kernel's buffer by then: that is for the caller to wait for.
   */
  readonly stop: () => Promise<ChildEnd>;
  /** Has it answer now, once it is attached: one before 0.22 with all its maps, later ones by `self:signal:SIGUSR1`. */
  readonly ask: () => void;
  /** Ends it by force at once; the kernel takes its probes away. */
  readonly kill: () => void;
};

/**
 * `how` is a sentence's end, for a person; `cause` a word for a `#gap`: `SIGKILL`, `exit-3`, `not-started`, and where
 * netlog ended it itself `silent` or `not-attached`.
 */
export type ChildEnd = { readonly how: string; readonly cause: string; readonly stderr: string };

/** Starts bpftrace in a process group of its own, so that a Ctrl-C for netlog does not reach it first. */
export function startBpftrace(options: ChildOptions): BpftraceChild {
  const { bpftrace, program, onLine } = options;
  const env = { ...process.env, ...limits(bpftrace), ...pathOfTypes(options) };
  const child = spawnWithPipes(bpftrace.path, ["-f", "json", "--no-warnings", "-"], env);
  if (child instanceof Error) return notStarted(child);
  const kill = (signal: NodeJS.Signals) => killGroup(child.pid, signal);
  const killAtExit = () => kill("SIGKILL");
  process.once("exit", killAtExit);

  const lines = new LineSplitter(onLine);
  child.stdout.on("data", (chunk: Buffer) => lines.push(chunk));
  child.stdin.on("error", () => {}); // it ended before it read its program; `ended` says why
  child.stdin.end(onStack(bpftrace, program));
  let isOver = false;
  const ended = childEnd(child).then((end) => {
    isOver = true;
    process.off("exit", killAtExit);
    lines.end();
    return end;
  });
  return {
    pid: child.pid,
    ended,
    ask: () => isOver || kill("SIGUSR1"),
    kill: () => kill("SIGKILL"),
    stop: async () => {
      kill("SIGINT");
      await Promise.race([ended, delay(STOP_MS, undefined, { ref: false })]);
      kill("SIGKILL");
      return ended;
    },
  };
}

/** Where the system has no descriptors or no memory left, Node throws, or makes a process without pipes. */
function spawnWithPipes(path: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  try {
    const child = spawn(path, args, { detached: true, env, stdio: ["pipe", "pipe", "pipe"] });
    if (child.stdout !== undefined) return child;
    child.on("error", () => {});
    return new Error("too many open files");
  } catch (error) {
    return error as Error;
  }
}

function notStarted({ message }: Error): BpftraceChild {
  const end = { how: `could not be started (${message})`, cause: "not-started", stderr: "" };
  const ended = Promise.resolve(end);
  return { pid: undefined, ended, stop: () => ended, ask: () => {}, kill: () => {} };
}

/**
 * Limits by environment, under the names of every version: the longest string that netlog prints is a
 * control group's path, for which 0.17 has 200 bytes at most; maps hold what lives between the entry and the return of one call, by thread. 8 MiB of buffer take a burst of
 * some 60,000 records; 0.17 counts pages for each CPU, later versions in total (a power of two).
 */
function limits({ version }: Bpftrace): Record<string, string> {
  const keys = "16384";
  const pages = isAtLeast(version, [0, 18]) ? "2048" : "512";
  return {
    BPFTRACE_STRLEN: "200",
    BPFTRACE_MAX_STRLEN: "512",
    BPFTRACE_MAP_KEYS_MAX: keys,
    BPFTRACE_MAX_MAP_KEYS: keys,
    BPFTRACE_PERF_RB_PAGES: pages,
  };
}

/**
 * What a printf prints is put together on the program's stack, and not, as from 0.22 on by default for more than 32
 * bytes, in a buffer that all programs of a CPU share: a raw tracepoint in softirq overwrote there the record of the
 * kprobe that it interrupted, and one that was preempted the record of whoever came in between (seen with 0.23.2).
 * netlog's longest record takes some 200 of the 512 bytes. No variable of the environment sets this limit.
 */
function onStack({ version }: Bpftrace, program: string): string {
  return isAtLeast(version, [0, 22]) ? `config = { on_stack_limit = 256 }\n${program}` : program;
}

/** Nobody else's either: where it is set, bpftrace refuses to attach by types. */
function pathOfTypes({ needsPathOfTypes }: ChildOptions): NodeJS.ProcessEnv {
  return { BPFTRACE_BTF: needsPathOfTypes ? "/sys/kernel/btf/vmlinux" : undefined };
}

function childEnd(child: ChildProcessByStdio<Writable, Readable, Readable>): Promise<ChildEnd> {
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr = (stderr + chunk.toString("utf8")).slice(-4096);
  });
  return new Promise((resolve) => {
    child.on("error", (error) =>
      resolve({ how: `could not be started (${error.message})`, cause: "not-started", stderr }),
    );
    child.on("close", (code, signal) => {
      const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
      resolve({ how, cause: signal ?? `exit-${code}`, stderr });
    });
  });
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // gone already
  }
}

import { execFile, spawn } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { collect } from "../collect.ts";

/** Something that traffic.c did: what netlog has to write a line of. Times are UTC in microseconds. */
export type MadeEvent = {
  readonly kind: string;
  /** The socket's inode number, which the line has as `conn`. */
  readonly conn: string;
  readonly beforeUs: number;
  readonly afterUs: number;
};

export type Traffic = {
  /** Resolves when all rounds were made, to what was made. */
  readonly done: Promise<readonly MadeEvent[]>;
  /** Ends it before that, and resolves to the same. */
  readonly stop: () => Promise<readonly MadeEvent[]>;
};

/** Where there is no C compiler, as in a guest: the compiled program. */
const COMPILED = process.env["NETLOG_TEST_TRAFFIC"];

/** Returns the program's path. Its name, which is that of its processes, is this run's own. */
export async function buildTraffic(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "netlog-traffic-"));
  process.once("exit", () => rmSync(folder, { recursive: true }));
  const program = join(folder, `made-${process.pid}`);
  if (COMPILED !== undefined) {
    copyFileSync(COMPILED, program);
    chmodSync(program, 0o755);
    return program;
  }
  const flags = ["-O1", "-Wall", "-Wextra", "-Werror", "-static"];
  await promisify(execFile)("cc", [...flags, "-o", program, join(import.meta.dirname, "traffic.c")]);
  return program;
}

/** What the kernel calls the program's processes. */
export function commOf(program: string): string {
  return basename(program).slice(0, 15);
}

/** Starts so many rounds of six events each, so many a second (0: as fast as it goes). */
export function startTraffic(t: TestContext, program: string, rounds: number, rate: number): Traffic {
  const child = spawn(program, [`${rounds}`, `${rate}`], { stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => child.exitCode ?? child.kill("SIGKILL"));
  const { ended, lines, stderr } = collect(child);
  const done = ended.then((code) => {
    if (code !== 0) throw new Error(`traffic ended with ${code}: ${stderr()}`);
    return lines().map(readMade);
  });
  done.catch(() => {}); // whoever waits for it sees it
  const stop = () => {
    child.kill("SIGTERM");
    return done;
  };
  return { done, stop };
}

function readMade(line: string): MadeEvent {
  const [kind = "", conn = "", before, after] = line.split(" ");
  return { kind, conn, beforeUs: Number(before), afterUs: Number(after) };
}

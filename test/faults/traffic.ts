import { execFile, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
};

export async function buildTraffic(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "netlog-traffic-"));
  process.once("exit", () => rmSync(folder, { recursive: true }));
  const program = join(folder, "traffic");
  const flags = ["-O1", "-Wall", "-Wextra", "-Werror", "-static"];
  await promisify(execFile)("cc", [...flags, "-o", program, join(import.meta.dirname, "traffic.c")]);
  return program;
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
  return { done };
}

function readMade(line: string): MadeEvent {
  const [kind = "", conn = "", before, after] = line.split(" ");
  return { kind, conn, beforeUs: Number(before), afterUs: Number(after) };
}

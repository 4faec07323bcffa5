import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** What `load` is asked for; a rate of 0 is as fast as it goes. It ends at what comes first. */
export type Load = {
  readonly workers: number;
  readonly connections: number;
  readonly perSecond: number;
  readonly seconds: number;
};

/** What it did. Its CPU time has the probes in it that ran in its processes. */
export type Made = { readonly made: number; readonly seconds: number; readonly cpuSeconds: number };

/** The port of all its connections, by which their lines are found. */
export const PORT = 47077;

/** Compiles load.c, statically so that it runs in any guest. */
export async function buildLoad(folder: string): Promise<string> {
  const program = join(folder, "load");
  const flags = ["-O1", "-Wall", "-Wextra", "-Werror", "-static"];
  await promisify(execFile)("cc", [...flags, "-o", program, join(import.meta.dirname, "load.c")]);
  return program;
}

/** Makes the connections. */
export async function runLoad(program: string, load: Load): Promise<Made> {
  const { stdout } = await promisify(execFile)(program, argumentsOf(load));
  return JSON.parse(stdout) as Made;
}

/** Makes a few connections a second until it is ended. */
export function startTrickle(program: string): { readonly end: () => void } {
  const trickle: Load = { workers: 1, connections: 100_000, perSecond: 20, seconds: 120 };
  const child = spawn(program, argumentsOf(trickle), { stdio: "ignore" });
  return { end: () => child.kill("SIGTERM") };
}

function argumentsOf({ workers, connections, perSecond, seconds }: Load): readonly string[] {
  return [workers, connections, perSecond, seconds].map(String);
}

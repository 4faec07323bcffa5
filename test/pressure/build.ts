import { execFile } from "node:child_process";
import { globSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** Compiles the program, statically so that it runs in any guest; returns its path. */
export async function buildPressure(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "netlog-pressure-"));
  process.once("exit", () => rmSync(folder, { recursive: true }));
  const program = join(folder, "pressure");
  const sources = globSync(join(import.meta.dirname, "*.c"));
  const flags = ["-O1", "-Wall", "-Wextra", "-Werror", "-static", "-pthread"];
  await promisify(execFile)("cc", [...flags, "-o", program, ...sources]);
  return program;
}

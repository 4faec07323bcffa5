import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** Compiles the program, statically so that it runs in a container that holds nothing else; returns its path. */
export async function buildBrief(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "netlog-brief-"));
  process.once("exit", () => rmSync(folder, { recursive: true }));
  const program = join(folder, "brief");
  const flags = ["-O1", "-Wall", "-Wextra", "-Werror", "-static"];
  await promisify(execFile)("cc", [...flags, "-o", program, join(import.meta.dirname, "brief.c")]);
  return program;
}

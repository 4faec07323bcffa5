import { mkdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { output } from "../build/command.ts";

/** What a guest brought back. */
export interface Results {
  /** Of the script. */
  readonly exitCode: number;
  /** stdout and stderr of the script, together. */
  readonly output: string;
  /** The guest's /results: `output`, `exit-code`, `dmesg` and what the script put there. */
  readonly resultsDir: string;
}

/** The guest writes a tar archive to it, from the first byte on. Sparse. */
const DISK_BYTES = 1024 ** 3;

/** Makes the empty disk of a run. */
export async function makeResultsDisk(folder: string): Promise<string> {
  const disk = diskOf(folder);
  await writeFile(disk, "");
  await truncate(disk, DISK_BYTES);
  return disk;
}

/**
 * Unpacks what a guest wrote to the disk of its run.
 *
 * @throws Error when the guest did not get as far as that
 */
export async function unpackResults(folder: string): Promise<Results> {
  const resultsDir = join(folder, "results");
  await mkdir(resultsDir);
  await output("tar", ["-xf", diskOf(folder), "-C", resultsDir]);
  await rm(diskOf(folder));
  const exitCode = await readText(join(resultsDir, "exit-code"));
  if (exitCode === "") throw new Error("it went off without a result");
  return { exitCode: Number(exitCode), output: await readText(join(resultsDir, "output")), resultsDir };
}

/** The text of a file; none when there is no such file. */
export async function readText(file: string): Promise<string> {
  return await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
}

function diskOf(folder: string): string {
  return join(folder, "results.disk");
}

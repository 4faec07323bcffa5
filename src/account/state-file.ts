import { readFile, rename, writeFile } from "node:fs/promises";
import * as z from "zod";

const shape = z.object({ run: z.string(), n: z.number().int(), time: z.iso.datetime() });

/** How far a run had come: its id, the number of its last line, and when (RFC 3339). */
export type Progress = z.output<typeof shape>;

/** What an earlier run left at `path`; undefined where there is nothing that can be read. */
export async function readProgress(path: string): Promise<Progress | undefined> {
  try {
    return shape.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return undefined; // the first start, or a file that a crash left half: then nobody knows
  }
}

/** Replaces the file in one step, so that a reader never sees half of it. */
export async function writeProgress(path: string, progress: Progress): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(progress)}\n`);
  await rename(`${path}.new`, path);
}

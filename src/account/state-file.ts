import { readFile, rename, writeFile } from "node:fs/promises";
import * as z from "zod";

const shape = z.object({ run: z.string(), n: z.number().int(), time: z.iso.datetime() });

/**
 * How far a run had come: its id, the number of its last line, and the time (RFC 3339) up to which everything that
 * happened has been handed to the reader of its lines.
 */
export type Progress = z.output<typeof shape>;

/** What an earlier run left at `path`; undefined where there is nothing that can be read. */
export async function readProgress(path: string): Promise<Progress | undefined> {
  try {
    return shape.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return undefined; // the first start, or a file that a crash left half: then nobody knows
  }
}

/** Keeps a run's progress in a file, one write at a time; where that fails it is said once, until it works again. */
export class ProgressFile {
  readonly #path: string | undefined;
  readonly #onError: (error: Error) => void;
  #last: Promise<void> = Promise.resolve();
  #failed = false;

  /** Without a path nothing is kept. */
  constructor(path: string | undefined, onError: (error: Error) => void) {
    this.#path = path;
    this.#onError = onError;
  }

  /** Resolves when this progress, or a later one, stands in the file, or cannot. */
  async save(progress: Progress): Promise<void> {
    const path = this.#path;
    if (path === undefined) return;
    this.#last = this.#last.then(() => this.#write(path, progress));
    await this.#last;
  }

  async #write(path: string, progress: Progress): Promise<void> {
    try {
      await writeProgress(path, progress);
      this.#failed = false;
    } catch (error) {
      if (!this.#failed) this.#onError(error as Error);
      this.#failed = true;
    }
  }
}

/** Replaces the file in one step, so that a reader never sees half of it. */
export async function writeProgress(path: string, progress: Progress): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(progress)}\n`);
  await rename(`${path}.new`, path);
}

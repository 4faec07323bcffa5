import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../build/cache.ts";

const KEPT_MS = 24 * 60 * 60 * 1000;

/** A new folder for the files of one run. Those of earlier runs are kept for a day, to be looked at. */
export async function makeRunFolder(label: string): Promise<string> {
  const runs = join(cacheFolder(), "runs");
  await mkdir(runs, { recursive: true });
  for (const name of await readdir(runs)) await removeWhenOld(join(runs, name));
  return await mkdtemp(join(runs, `${label}-`));
}

async function removeWhenOld(folder: string): Promise<void> {
  const { mtimeMs } = await stat(folder);
  if (Date.now() - mtimeMs > KEPT_MS) await rm(folder, { recursive: true, force: true });
}

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** The folder where built images and the logs of runs are kept. */
export function cacheFolder(): string {
  const base = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  return process.env["NETLOG_TEST_CACHE"] || join(base, "netlog-test");
}

/**
 * The folder that `build` filled for this recipe, now or at an earlier time. Its name carries a hash of the
 * recipe, so that a changed recipe is built anew and an old one stays for the checkouts that still use it.
 *
 * @param recipe everything that decides what is built; must survive JSON
 * @param build fills an empty folder; when it throws, nothing is kept
 */
export async function builtOnce(
  name: string,
  recipe: unknown,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 12);
  const folder = join(cacheFolder(), `${name}-${hash}`);
  if (existsSync(folder)) return folder;

  const part = `${folder}.part-${process.pid}`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  try {
    process.stderr.write(`building ${name}\n`);
    await build(part);
    await putInPlace(part, folder);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  return folder;
}

async function putInPlace(part: string, folder: string): Promise<void> {
  await rename(part, folder).catch((error: NodeJS.ErrnoException) => {
    // Another process built the same thing at the same time and was first: its folder is as good.
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  });
}

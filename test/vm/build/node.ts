import { copyFile, mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { builtOnce } from "./cache.ts";
import { makeImage } from "./image.ts";

/** A disk image with `bin/node`: the very Node that runs this. Kept apart from the job, which it would dwarf. */
export async function nodeImage(): Promise<string> {
  const { size } = await stat(process.execPath);
  const folder = await builtOnce(`node-${process.version}`, { size }, async (part) => {
    const root = join(part, "root");
    await mkdir(join(root, "bin"), { recursive: true });
    await copyFile(process.execPath, join(root, "bin/node"));
    await makeImage(root, join(part, "node.img"), "512M");
    await rm(root, { recursive: true });
  });
  return join(folder, "node.img");
}

import { output } from "./command.ts";

/**
 * Makes an ext4 disk image with the content of a folder. Needs neither a loop device nor a mount. The file is
 * sparse: a large size costs nothing.
 *
 * @param size as `mke2fs` reads it: `2G`
 */
export async function makeImage(folder: string, image: string, size: string): Promise<void> {
  // No journal: an image is a snapshot that nobody writes to, and a journal would be replayed at each boot.
  await output("mke2fs", ["-q", "-t", "ext4", "-O", "^has_journal", "-m", "0", "-d", folder, image, size]);
}

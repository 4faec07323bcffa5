import { chmod, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { builtOnce } from "./cache.ts";
import { makeDebian } from "./debian.ts";
import { makeImage } from "./image.ts";
import { findSuite } from "./mirror.ts";

/** The userlands by the Debian release that they are; each has another bpftrace. */
export const USERLANDS = {
  bookworm: { bpftrace: "0.17.0" },
  trixie: { bpftrace: "0.23.2" },
  sid: { bpftrace: "0.27" },
} as const;

export type UserlandName = keyof typeof USERLANDS;

const PACKAGES = ["bpftrace", "iproute2", "kmod", "procps", "crun", "runc"];

/** All that can be in an image for every job; what may change between jobs is in `guest/init.sh`. */
const INIT = `#!/bin/sh
mount -t devtmpfs dev /dev
mount -t tmpfs -o mode=755 job /job
tar -xf /dev/vdb -C /job
exec sh /job/init
`;

/** The disk image of a userland; built when the cache has none. */
export async function userlandImage(name: UserlandName): Promise<string> {
  const folder = await builtOnce(`userland-${name}`, { name, PACKAGES, INIT }, async (part) => {
    const root = join(part, "root");
    await makeDebian(
      { sources: [await findSuite([name])], packages: PACKAGES, before: ['mkdir "$1/job"'] },
      root,
    );
    await writeFile(join(root, "init"), INIT);
    await chmod(join(root, "init"), 0o755);
    await makeImage(root, join(part, "root.img"), "4G");
    await rm(root, { recursive: true });
  });
  return join(folder, "root.img");
}

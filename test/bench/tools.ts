import { existsSync } from "node:fs";
import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { builtOnce } from "../vm/build/cache.ts";
import { makeDebian } from "../vm/build/debian.ts";
import { findSuite } from "../vm/build/mirror.ts";

const PROGRAMS = ["tcpconnect", "tcplife", "tcptracer"];

/**
 * A folder with the programs of a Debian release's libbpf-tools, built when the cache has none. They need only
 * libelf and zlib, which bpftrace needs too, and are not installed on this machine.
 */
export async function libbpfTools(suite: string): Promise<string> {
  return await builtOnce(`libbpf-tools-${suite}`, { suite, PROGRAMS }, async (part) => {
    const root = join(part, "root");
    await makeDebian({ sources: [await findSuite([suite])], packages: ["libbpf-tools"] }, root);
    for (const name of PROGRAMS) await copyFile(packaged(join(root, "usr/sbin", name)), join(part, name));
    await rm(root, { recursive: true });
  });
}

/** From trixie on the names have an ending, so that bpfcc-tools can have the same. */
function packaged(path: string): string {
  return existsSync(path) ? path : `${path}-libbpf`;
}

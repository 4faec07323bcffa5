import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { builtOnce } from "./cache.ts";
import { makeDebian } from "./debian.ts";
import { makeImage } from "./image.ts";
import { findSuite } from "./mirror.ts";

/**
 * The kernels by name, with the suites to look for them in; the first that the mirror has is taken. Long
 * after its release, a suite leaves the mirrors while its security pocket is still there.
 */
export const KERNELS = {
  "5.10": ["bullseye", "bullseye-security"],
  "6.1": ["bookworm"],
  "6.12": ["trixie"],
  newest: ["trixie-backports", "sid"],
} as const;

export type KernelName = keyof typeof KERNELS;

/** A kernel ready to boot. */
export interface Kernel {
  /** As `uname -r` gives it. */
  readonly release: string;
  readonly vmlinuz: string;
  readonly initrd: string;
  /** An ext4 image to mount at /lib/modules. */
  readonly modules: string;
}

/** The release in whose surroundings every kernel is unpacked. */
const BASE = "trixie";

/** The initrd has just what the root disk needs, and waits for nothing: a small one boots sooner. */
const INITRAMFS = [
  "mkdir -p $1/etc/initramfs-tools/conf.d",
  "echo MODULES=list >$1/etc/initramfs-tools/conf.d/netlog",
  "echo COMPRESS=gzip >>$1/etc/initramfs-tools/conf.d/netlog",
  "printf '%s\\n' virtio_pci virtio_blk ext4 >$1/etc/initramfs-tools/modules",
];

const LEFT_OUT = ["hooks/udev", "scripts/*/udev"].map((path) => `/usr/share/initramfs-tools/${path}`);

/** A kernel's files; built when the cache has none. */
export async function kernelFiles(name: KernelName): Promise<Kernel> {
  const recipe = { suites: KERNELS[name], BASE, INITRAMFS, LEFT_OUT };
  const folder = await builtOnce(`kernel-${name}`, recipe, async (part) => {
    const root = join(part, "root");
    const suite = await findSuite(KERNELS[name]);
    const base = await findSuite([BASE]);
    const sources = suite.suite === BASE ? [base] : [base, suite];
    const packages = ["initramfs-tools", `linux-image-cloud-amd64/${suite.suite}`];
    await makeDebian({ sources, packages, before: INITRAMFS, leftOut: LEFT_OUT }, root);
    await takeKernel(root, part);
    await rm(root, { recursive: true });
  });
  return {
    release: (await readFile(join(folder, "release"), "utf8")).trim(),
    vmlinuz: join(folder, "vmlinuz"),
    initrd: join(folder, "initrd"),
    modules: join(folder, "modules.img"),
  };
}

async function takeKernel(root: string, folder: string): Promise<void> {
  const releases = await readdir(join(root, "lib/modules"));
  const [release] = releases;
  if (release === undefined || releases.length > 1)
    throw new Error(`expected one kernel: ${releases.join(" ")}`);
  await rename(join(root, "boot", `vmlinuz-${release}`), join(folder, "vmlinuz"));
  await rename(join(root, "boot", `initrd.img-${release}`), join(folder, "initrd"));
  await makeImage(join(root, "lib/modules"), join(folder, "modules.img"), "1G");
  await writeFile(join(folder, "release"), `${release}\n`);
}

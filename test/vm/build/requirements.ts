import { output, succeeds } from "./command.ts";

/** QEMU 7.2 crashes its guests: a double fault at cmpxchg16b. */
const QEMU_VERSION = 10;

/** Why no guest can be built and booted here, as a sentence's end; `undefined` when one can. */
export async function whatIsMissing(): Promise<string | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64") return "needs Linux on x86-64";
  if (process.getuid?.() !== 0) return "needs root, to build root file systems";
  if (!(await succeeds("apt-get", ["--version"]))) return "needs a Debian machine: it has no apt-get";
  if (!(await succeeds("mmdebstrap", ["--version"]))) return "needs the Debian package mmdebstrap";
  if (!(await succeeds("mke2fs", ["-V"]))) return "needs the Debian package e2fsprogs";
  const version = await output("qemu-system-x86_64", ["--version"]).catch(() => "");
  const major = /version (\d+)/.exec(version)?.[1];
  if (major === undefined) return "needs the Debian package qemu-system-x86";
  return Number(major) < QEMU_VERSION ? `needs QEMU ${QEMU_VERSION} or newer, found ${major}` : undefined;
}

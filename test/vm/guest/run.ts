import { join } from "node:path";
import { type KernelName, kernelFiles } from "../build/kernel.ts";
import { nodeImage } from "../build/node.ts";
import { type UserlandName, userlandImage } from "../build/userland.ts";
import { GuestError } from "./failure.ts";
import { makeRunFolder } from "./folder.ts";
import { type JobFiles, packJob } from "./job.ts";
import { boot } from "./qemu.ts";
import { makeResultsDisk, type Results, readText, unpackResults } from "./results.ts";

/** What to run in which guest. */
export interface GuestJob {
  readonly userland: UserlandName;
  readonly kernel: KernelName;
  /** Files below /job, beside the script; see `projectFiles` for netlog itself. */
  readonly files?: JobFiles;
  /** Run by `sh` as root in /job. What it leaves in /results comes back. */
  readonly script: string;
  /** From switched on to switched off; building what the cache lacks does not count. Default 300,000. */
  readonly timeLimitMs?: number;
  /** As `qemu -m` takes it. Default `3G`. */
  readonly memory?: string;
  /** A QEMU `-netdev` value with `id=net0`, as in `user,id=net0`. Default: no network but loopback. */
  readonly netdev?: string | undefined;
  /** Connects this process's stdin and stdout with the guest's console. */
  readonly terminal?: boolean;
  readonly signal?: AbortSignal;
}

/** What came of it. */
export interface GuestResult extends Results {
  /** All that the guest wrote to its serial port. */
  readonly console: string;
  /** The release of the kernel that was booted, as `uname -r` should give it. */
  readonly kernelRelease: string;
}

/**
 * Boots a guest, runs a script in it and brings back what it wrote. Whatever the cache lacks is built first.
 * The folder of the run stays: see README.md.
 *
 * @throws {GuestError} when the script was not run to its end. Whatever its exit code was, that is a result.
 */
export async function runInGuest(job: GuestJob): Promise<GuestResult> {
  const { release, modules, vmlinuz, initrd } = await kernelFiles(job.kernel);
  const root = await userlandImage(job.userland);
  const node = await nodeImage();

  const folder = await makeRunFolder(`${job.userland}-${job.kernel}`);
  const archive = join(folder, "job.tar");
  const console = join(folder, "console.log");
  const init = { from: join(import.meta.dirname, "init.sh") };
  await packJob({ ...job.files, init, run: job.script }, archive);
  const disks = [
    { file: root, writes: "forgotten" },
    { file: archive, writes: "refused" },
    { file: await makeResultsDisk(folder), writes: "kept" },
    { file: modules, writes: "refused" },
    { file: node, writes: "refused" },
  ] as const;

  const { memory = "3G", netdev, terminal = false } = job;
  try {
    await boot({ vmlinuz, initrd, disks, console, memory, netdev, terminal }, lifetime(job));
    const results = await unpackResults(folder);
    return { ...results, console: await readText(console), kernelRelease: release };
  } catch (error) {
    throw new GuestError(folder, await readText(console), error);
  }
}

function lifetime({ signal, timeLimitMs = 300_000 }: GuestJob): AbortSignal {
  const limit = AbortSignal.timeout(timeLimitMs);
  return signal ? AbortSignal.any([signal, limit]) : limit;
}

import { type KernelSource, readText } from "./kernel-files.ts";
import { isAtLeast, type Version } from "./version.ts";

const PREEMPTING = ["full", "lazy"];

/**
 * Whether this kernel takes the CPU away from a task that is at work inside the kernel. Where it does, it does so in
 * the middle of a BPF trampoline's program as well, and skips that program for every other task of the CPU until
 * the first one goes on. A kprobe's program is not interrupted so.
 */
export async function isPreempting({ proc, sys }: KernelSource, version: Version): Promise<boolean> {
  const modes = (await readText(`${sys}/kernel/debug/sched/preempt`)) ?? "";
  const mode = /\((\w+)\)/.exec(modes)?.[1];
  if (mode !== undefined) return PREEMPTING.includes(mode);
  const built = /\bPREEMPT\w*/.exec((await readText(`${proc}/version`)) ?? "")?.[0];
  if (built !== "PREEMPT_DYNAMIC") return built !== undefined;
  // Without debugfs the mode is not told. Distributions' kernels were built for "voluntary" as long as there was that.
  const asked = /\bpreempt=(\w+)/.exec((await readText(`${proc}/cmdline`)) ?? "")?.[1];
  return asked === undefined ? isAtLeast(version, [7, 0]) : PREEMPTING.includes(asked);
}

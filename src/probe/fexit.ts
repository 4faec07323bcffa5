import { readFile } from "node:fs/promises";
import { findBtfFunctions } from "./btf.ts";
import type { KernelSource } from "./kernel-files.ts";

/** Where BPF trampolines can tell of a function's return, which is what a `kretfunc` probe needs. */
export type Fexit = {
  readonly functions: ReadonlySet<string>;
  /** What this kernel lacks for it; then there are no functions. */
  readonly lacks?: string;
};

/** In the kernel's symbols: BPF's own part, and ftrace's leave to put a trampoline in a function's way (ARM: 6.4). */
export const TRAMPOLINES = ["bpf_trampoline_link_prog", "register_ftrace_direct"] as const;

/**
 * Which of the functions that are wanted can be reached.
 * @param symbols those of the kernel's symbols that are wanted or TRAMPOLINES
 * @param traceable available_filter_functions of tracefs, from which bpftrace too learns what ftrace can reach
 */
export async function findFexits(
  { sys }: KernelSource,
  wanted: readonly string[],
  symbols: ReadonlySet<string>,
  traceable: string | undefined,
): Promise<Fexit> {
  if (!TRAMPOLINES.every((name) => symbols.has(name)))
    return { functions: new Set(), lacks: "BPF trampolines (CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS)" };
  if (traceable === undefined)
    return { functions: new Set(), lacks: "available_filter_functions in tracefs" };
  const described = findBtfFunctions(await readFile(`${sys}/kernel/btf/vmlinux`), wanted);
  const functions = wanted.filter((name) => described.has(name) && `\n${traceable}`.includes(`\n${name}\n`));
  return { functions: new Set(functions) };
}

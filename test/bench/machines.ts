import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { projectFiles } from "../vm/guest/project.ts";
import { runInGuest } from "../vm/guest/run.ts";
import { measure, type Outcome } from "./measure.ts";
import { libbpfTools } from "./tools.ts";

/** On this machine. */
export async function measureHere(load: string): Promise<Outcome> {
  const suite = /^VERSION_CODENAME=(\w+)$/m.exec(await readFile("/etc/os-release", "utf8"))?.[1] ?? "stable";
  const tools = await libbpfTools(suite).catch((error: Error) => {
    process.stderr.write(`no libbpf-tools: ${error.message}\n`);
    return "/usr/sbin";
  });
  return await measure("native", load, tools);
}

/** In a guest with kprobes, the kernel and bpftrace of Debian trixie. */
export async function measureInGuest(load: string): Promise<Outcome> {
  const { exitCode, output, resultsDir } = await runInGuest({
    kernel: "6.12",
    userland: "trixie",
    files: {
      ...(await projectFiles()),
      load: { from: load },
      tools: { from: await libbpfTools("trixie") },
    },
    script:
      "chmod +x load tools/*\nnode project/test/bench/measure.ts vm ./load /job/tools /results/bench.json",
    timeLimitMs: 40 * 60_000,
    memory: "4G",
  });
  if (exitCode !== 0) throw new Error(output);
  process.stderr.write(output);
  return JSON.parse(await readFile(join(resultsDir, "bench.json"), "utf8")) as Outcome;
}

/** What the proofs cost on a quiet machine, in the same guest: its numbers are inflated, all alike. */
export async function measureQuietInGuest(): Promise<string> {
  const { exitCode, output } = await runInGuest({
    kernel: "6.12",
    userland: "trixie",
    files: await projectFiles(),
    script: "node project/test/bench/quiet.ts 30 2>/results/progress",
    timeLimitMs: 40 * 60_000,
  });
  if (exitCode !== 0) throw new Error(output);
  return output;
}

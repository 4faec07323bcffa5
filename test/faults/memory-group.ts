import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { until } from "../probe/until.ts";

const V1 = "/sys/fs/cgroup/memory";
const V2 = "/sys/fs/cgroup";
const LIMIT = `${256 * 2 ** 20}`;

/** A control group whose memory runs out when one asks for it. */
export type MemoryGroup = {
  /** What a process is moved in by. */
  readonly procs: string;
  /** Fills the memory; the kernel then kills the process of the group with the highest oom_score_adj, and the filler last. */
  readonly fill: () => Promise<void>;
};

export async function memoryGroup(t: TestContext): Promise<MemoryGroup> {
  const isV1 = existsSync(join(V1, "memory.limit_in_bytes"));
  const folder = join(isV1 ? V1 : V2, `netlog-faults-${process.pid}`);
  if (!isV1) await writeFile(join(V2, "cgroup.subtree_control"), "+memory");
  await mkdir(folder);
  const procs = join(folder, "cgroup.procs");
  const fillers: ChildProcess[] = [];
  t.after(async () => {
    for (const filler of fillers) filler.kill("SIGKILL");
    await until("the group is empty", async () => (await readFile(procs, "utf8")) === "", 60);
    await rmdir(folder);
  });
  await writeFile(join(folder, isV1 ? "memory.limit_in_bytes" : "memory.max"), LIMIT);
  const killed = async () => {
    const counts = await readFile(join(folder, isV1 ? "memory.oom_control" : "memory.events"), "utf8");
    return Number(/^oom_kill (\d+)$/m.exec(counts)?.[1] ?? 0);
  };
  return {
    procs,
    fill: async () => {
      const before = await killed();
      fillers.push(spawn("sh", ["-c", `echo $$ >${procs} && exec tail /dev/zero`], { stdio: "ignore" }));
      await until("the kernel kills for want of memory", async () => (await killed()) > before, 120);
    },
  };
}

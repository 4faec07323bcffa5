import { readdir, readFile } from "node:fs/promises";
import { output } from "../vm/build/command.ts";

/** The ids of the BPF programs that a container's processes hold. The kernel gives no id twice. */
export async function programsOf(container: string): Promise<Set<number>> {
  const [, ...pids] = (await output("docker", ["top", container, "-eo", "pid"])).trim().split(/\s+/);
  const ids = new Set<number>();
  for (const pid of pids) for (const id of await programsOfProcess(pid)) ids.add(id);
  return ids;
}

/** The ids of all BPF programs that the kernel holds, whoever loaded them and whether or not anybody has them open. */
export async function programsOfKernel(): Promise<Set<number>> {
  const programs: { id: number }[] = JSON.parse(await output("bpftool", ["--json", "prog", "show"]));
  return new Set(programs.map(({ id }) => id));
}

async function programsOfProcess(pid: string): Promise<number[]> {
  const folder = `/proc/${pid}/fdinfo`;
  const files = await readdir(folder);
  // A descriptor may be closed between the listing and the reading.
  const texts = await Promise.all(files.map((fd) => readFile(`${folder}/${fd}`, "utf8").catch(() => "")));
  return texts.flatMap((text) => [...text.matchAll(/^prog_id:\s*(\d+)$/gm)].map(([, id]) => Number(id)));
}

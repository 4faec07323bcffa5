import { readFile } from "node:fs/promises";
import { fieldsOfStat } from "../proc-stat.ts";

/** On x86-64: USER_HZ, and the page. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

/** What a process has used of the CPU since its start, and of memory now. */
export type ProcessUsage = { readonly cpuSeconds: number; readonly residentBytes: number };

/** This process's, without a file. */
export function ownUsage(): ProcessUsage {
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / 1e6, residentBytes: process.memoryUsage.rss() };
}

/** Another one's, by /proc/PID/stat; undefined where it is gone. */
export async function usageOf(pid: number, proc = "/proc"): Promise<ProcessUsage | undefined> {
  const stat = await readFile(`${proc}/${pid}/stat`, "utf8").catch(() => undefined);
  if (stat === undefined) return undefined;
  const fields = fieldsOfStat(stat);
  const [user, system, pages] = [11, 12, 21].map((index) => Number(fields[index])) as [
    number,
    number,
    number,
  ];
  return { cpuSeconds: (user + system) / TICKS_PER_SECOND, residentBytes: pages * PAGE_BYTES };
}

import { readFileSync } from "node:fs";
import { fieldsOfStat } from "../proc-stat.ts";

/**
 * Whether a process of one thread waits for something (state S): bpftrace 0.17, once it is attached, for something to
 * read or for room to print. False where it runs, would run, or is gone.
 */
export function isSleeping(pid: number, proc = "/proc"): boolean {
  try {
    const stat = readFileSync(`${proc}/${pid}/stat`, "utf8");
    return fieldsOfStat(stat)[0] === "S";
  } catch {
    return false;
  }
}

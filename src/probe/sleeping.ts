import { readFileSync } from "node:fs";

/**
 * Whether a process of one thread waits for something (state S): bpftrace 0.17, once it is attached, for something to
 * read or for room in the pipe that it writes to. False where it runs, would run, or is gone.
 */
export function isSleeping(pid: number, proc = "/proc"): boolean {
  try {
    const stat = readFileSync(`${proc}/${pid}/stat`, "utf8");
    return stat.charAt(stat.lastIndexOf(")") + 2) === "S"; // the name in brackets may have brackets in it
  } catch {
    return false;
  }
}

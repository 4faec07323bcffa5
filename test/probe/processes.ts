import { readdirSync, readFileSync } from "node:fs";
import { fieldsOfStat } from "../../src/proc-stat.ts";

export type Process = { readonly pid: number; readonly parent: number; readonly group: number };

/** The processes of this machine that have not ended; a zombie has. */
export function processes(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStat(Number(name)))
    .filter((process) => process !== undefined);
}

export function isRunning(pid: number): boolean {
  return readStat(pid) !== undefined;
}

/** Its arguments; empty when it has ended. */
export function argumentsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  } catch {
    return [];
  }
}

export function childrenOf(pid: number): number[] {
  return processes()
    .filter(({ parent }) => parent === pid)
    .map((process) => process.pid);
}

/** Whether anything is left of the process group that `leader` made. */
export function isGroupRunning(leader: number): boolean {
  return processes().some(({ group }) => group === leader);
}

function readStat(pid: number): Process | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined; // it has ended
  }
  const [state, parent, group] = fieldsOfStat(stat);
  return state === "Z" ? undefined : { pid, parent: Number(parent), group: Number(group) };
}

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";

/** A number for each process of a watcher, by its name: `node` and `bpftrace`, or the tool alone. */
export type PerProcess = Readonly<Record<string, number>>;

/** Resident memory: all of it, and the anonymous part, which is not shared with files. */
export type Memory = { readonly totalMb: PerProcess; readonly anonymousMb: PerProcess };

/**
 * CPU time of each process since its start, in milliseconds: what utime + stime of /proc/PID/stat say in steps of
 * 10 ms, `schedstat` says of each thread in nanoseconds.
 */
export function cpuMs(pid: number): PerProcess {
  return perProcess(pid, (one) => {
    const threads = readdirSync(`/proc/${one}/task`).map((thread) => {
      const [ranNs] = readFileSync(`/proc/${one}/task/${thread}/schedstat`, "latin1").split(" ");
      return Number(ranNs);
    });
    return threads.reduce((sum, ranNs) => sum + ranNs, 0) / 1e6;
  });
}

/** What is resident now. */
export function memory(pid: number): Memory {
  return { totalMb: rollup(pid, "Rss"), anonymousMb: rollup(pid, "Anonymous") };
}

function rollup(pid: number, key: string): PerProcess {
  return perProcess(pid, (one) => {
    const text = readFileSync(`/proc/${one}/smaps_rollup`, "latin1");
    return Number(new RegExp(`^${key}: +(\\d+) kB`, "m").exec(text)?.[1]) / 1024;
  });
}

function perProcess(pid: number, measure: (pid: number) => number): PerProcess {
  return Object.fromEntries(family(pid).map((one) => [nameOf(one), measure(one)]));
}

function family(pid: number): readonly number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  const children = threads.flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "latin1").split(" ").filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(family)];
}

/** By its program, for a process can call itself as it likes. */
function nameOf(pid: number): string {
  return basename(readlinkSync(`/proc/${pid}/exe`));
}

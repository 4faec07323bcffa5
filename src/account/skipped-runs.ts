import { readdir, readFile } from "node:fs/promises";

/** BPF program types (include/uapi/linux/bpf.h) of kprobes and tracepoints. */
const COUNTED_LATE = new Set([2, 5]);

type Runs = { readonly skipped: number; readonly isComplete: boolean };

/**
 * How often the kernel did not run a probe because another program was running on that CPU. Every kernel counts
 * this for raw tracepoints and fexit, older ones not for kprobes and tracepoints: with these the number is unknown
 * there, never 0. A kprobe that interrupts another kprobe is skipped before that, and counted nowhere.
 */
export class SkippedRuns {
  readonly #proc: string;
  readonly #countsAll: boolean;
  #earlier = 0;
  #pid: number | undefined;
  #runs: Runs = { skipped: 0, isComplete: false };

  /** @param countsAll whether this kernel counts for kprobes and tracepoints as well */
  constructor(countsAll: boolean, proc = "/proc") {
    this.#countsAll = countsAll;
    this.#proc = proc;
  }

  /** Reads the counts of the running bpftrace; what an earlier one had stays counted. */
  async read(pid: number): Promise<void> {
    const runs = await readRuns(`${this.#proc}/${pid}/fdinfo`, this.#countsAll);
    if (runs === undefined) return; // it has ended: the last reading holds
    if (this.#pid !== undefined && this.#pid !== pid) this.#earlier += this.#runs.skipped;
    this.#pid = pid;
    this.#runs = runs;
  }

  /** For `#stats`. */
  get fields(): Readonly<Record<string, number | string>> {
    const counted = this.#earlier + this.#runs.skipped;
    return { missed: this.#runs.isComplete ? counted : "unknown", missed_counted: counted };
  }
}

async function readRuns(folder: string, countsAll: boolean): Promise<Runs | undefined> {
  let skipped = 0;
  let programs = 0;
  let isComplete = true;
  try {
    for (const descriptor of await readdir(folder)) {
      const info = await readFile(`${folder}/${descriptor}`, "utf8").catch(() => ""); // closed meanwhile
      const type = field(info, "prog_type");
      if (type === undefined) continue;
      programs++;
      const misses = field(info, "recursion_misses"); // from kernel 5.12 on
      skipped += misses ?? 0;
      isComplete &&= misses !== undefined && (countsAll || !COUNTED_LATE.has(type));
    }
  } catch {
    return undefined;
  }
  return programs === 0 ? undefined : { skipped, isComplete };
}

function field(info: string, name: string): number | undefined {
  const value = new RegExp(`^${name}:\\s*(\\d+)$`, "m").exec(info)?.[1];
  return value === undefined ? undefined : Number(value);
}

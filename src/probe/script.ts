import { readdir, readFile } from "node:fs/promises";

/** One file below probes/, read. */
export type ProbeScript = {
  /** Its path below probes/ without the ending: `kprobe/tcp-connect`. */
  readonly name: string;
  readonly source: string;
  /** Kernel functions that its kprobes and kretprobes are set on. */
  readonly functions: readonly string[];
  /** Kernel functions at whose return a BPF trampoline calls it (bpftrace: kretfunc, the kernel: fexit). */
  readonly fexits: readonly string[];
  /** Its tracepoints, as `category:name`. */
  readonly tracepoints: readonly string[];
  readonly rawTracepoints: readonly string[];
  /** What its comment says that it does not see. */
  readonly notSeen?: string;
};

const SETS = ["kprobe", "tracepoint"] as const;

/** Reads every script of both sets below `folder`. */
export async function readScripts(folder: URL): Promise<Map<string, ProbeScript>> {
  const scripts = new Map<string, ProbeScript>();
  for (const set of SETS) {
    for (const file of await readdir(new URL(`${set}/`, folder))) {
      if (!file.endsWith(".bt")) continue;
      const name = `${set}/${file.slice(0, -".bt".length)}`;
      scripts.set(name, parseScript(name, await readFile(new URL(`${set}/${file}`, folder), "utf8")));
    }
  }
  return scripts;
}

/** What a script needs, read off the script itself. */
export function parseScript(name: string, source: string): ProbeScript {
  const probes = (pattern: RegExp) => [
    ...new Set([...source.matchAll(pattern)].map((match) => match[1] as string)),
  ];
  // Up to the comment's next heading ("Cost: "), an empty line or its end.
  const notSeen = /^ \* Not seen: ([\s\S]*?)\n \*(?:\/|\n| [A-Z]\w*: )/m
    .exec(source)?.[1]
    ?.replace(/\s+\*\s+/g, " ");
  return {
    name,
    source,
    functions: probes(/^k(?:ret)?probe:(\w+)/gm),
    fexits: probes(/^kretfunc:(\w+)/gm),
    tracepoints: probes(/^tracepoint:(\w+:\w+)/gm),
    rawTracepoints: probes(/^rawtracepoint:(\w+)/gm),
    ...(notSeen === undefined ? {} : { notSeen }),
  };
}

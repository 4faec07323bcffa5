import { existsSync } from "node:fs";
import { join } from "node:path";
import { PORT } from "./load.ts";

/** A sort of line and how many of it each connection of the load should give: its two ends are on this machine. */
export type Kind = { readonly name: string; readonly perConnection: number; readonly pattern: RegExp };

/** A program that watches connections and prints them. */
export type Watcher = {
  readonly name: string;
  /** The program and its arguments; none: nobody watches, and the load is alone. */
  readonly command: readonly string[];
  readonly kinds: readonly Kind[];
  /** The file that must be there, where it is not a part of this checkout. */
  readonly needs?: string;
  readonly needsKprobes: boolean;
};

export type Places = {
  /** A configuration file of netlog. */
  readonly config: string;
  /** The folder of libbpf-tools' programs. */
  readonly tools: string;
};

const MAIN = join(import.meta.dirname, "../../src/main.ts");

/** All that are compared, in this order. */
export function watchers({ config, tools }: Places): readonly Watcher[] {
  const netlog = [process.execPath, MAIN, "--config", config, "--format"];
  return [
    { name: "nobody", command: [], kinds: [], needsKprobes: false },
    { name: "netlog, text", command: [...netlog, "text"], kinds: TEXT_KINDS, needsKprobes: false },
    { name: "netlog, json", command: [...netlog, "json"], kinds: JSON_KINDS, needsKprobes: false },
    bpftraceTool("tcpconnect.bt", [line("connect", 1)]),
    bpftraceTool("tcpaccept.bt", [line("accept", 1)]),
    libbpfTool(tools, "tcptracer", TRACER_KINDS, true),
    libbpfTool(tools, "tcpconnect", [line("connect", 1)], true),
    libbpfTool(tools, "tcplife", [line("close", 2)], false),
    bpftraceTool("tcplife.bt", [line("close", 2)]),
  ];
}

/** Why a watcher cannot run on this machine; undefined where it can. */
export function whyNot({ needs, needsKprobes }: Watcher): string | undefined {
  if (needsKprobes && !existsSync("/sys/bus/event_source/devices/kprobe"))
    return "this kernel has no kprobes";
  return needs === undefined || existsSync(needs) ? undefined : `there is no ${needs}`;
}

const TEXT_KINDS: readonly Kind[] = [
  { name: "connect", perConnection: 1, pattern: new RegExp(` -> [0-9.]+:${PORT} `) },
  { name: "accept", perConnection: 1, pattern: new RegExp(`:${PORT} <- `) },
  { name: "close", perConnection: 2, pattern: new RegExp(`:${PORT}.* <-> | <-> [0-9.]+:${PORT} `) },
];

const JSON_KINDS: readonly Kind[] = (
  [
    ["connect", 1],
    ["accept", 1],
    ["close", 2],
  ] as const
).map(([name, perConnection]) => ({
  name,
  perConnection,
  pattern: new RegExp(`"event":"tcp\\.${name}".*:${PORT}\\b`),
}));

const TRACER_KINDS: readonly Kind[] = (
  [
    ["connect", 1, "C"],
    ["accept", 1, "A"],
    ["close", 2, "X"],
  ] as const
).map(([name, perConnection, letter]) => ({
  name,
  perConnection,
  pattern: new RegExp(`^${letter} .*\\b${PORT}\\b`),
}));

function line(name: string, perConnection: number): Kind {
  return { name, perConnection, pattern: new RegExp(`\\b${PORT}\\b`) };
}

function bpftraceTool(name: string, kinds: readonly Kind[]): Watcher {
  const script = `/usr/sbin/${name}`;
  return {
    name: `bpftrace's ${name}`,
    command: ["bpftrace", script],
    kinds,
    needs: script,
    needsKprobes: true,
  };
}

/** These buffer their lines where stdout is no terminal, which stdbuf turns off. */
function libbpfTool(folder: string, name: string, kinds: readonly Kind[], needsKprobes: boolean): Watcher {
  const program = join(folder, name);
  const command = ["stdbuf", "-oL", program];
  return { name: `libbpf-tools' ${name}`, command, kinds, needs: program, needsKprobes };
}

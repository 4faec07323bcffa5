import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { succeeds } from "../vm/build/command.ts";

/**
 * Why no container can be run here, as node:test's `skip` takes it: a sentence, or false where nothing is missing.
 */
export async function lackingDocker(): Promise<string | false> {
  if (process.platform !== "linux") return "it needs Linux";
  if (!(await succeeds("docker", ["--version"]))) return "the docker command is not installed";
  return (await succeeds("docker", ["info"])) ? false : "no Docker Engine answers";
}

/** The same for what runs netlog and makes connections for it. */
export async function lackingForRun(): Promise<string | false> {
  const lacking = await lackingDocker();
  if (lacking !== false) return lacking;
  if (process.getuid?.() !== 0) return "it needs root";
  return (
    !existsSync("/sys/kernel/tracing/available_events") && "tracefs is not mounted at /sys/kernel/tracing"
  );
}

/** The same for what looks at BPF programs from outside of their container. */
export async function lackingBpftool(): Promise<string | false> {
  return (await succeeds("bpftool", ["version"])) ? false : "the Debian package bpftool is not installed";
}

/**
 * What this machine refuses to any container, told from the error of one that did not start; `undefined` where it
 * may be the image's own fault.
 */
export function refusedByMachine(error: unknown): string | undefined {
  const said = String(error);
  if (said.includes("unable to apply caps"))
    return "root itself lacks some capability on this machine, so no container can be given all of them";
  const unknown = /unknown capability: "?(\w+)/.exec(said)?.[1];
  return unknown === undefined ? undefined : `this Docker Engine does not know ${unknown}`;
}

/** Debian's and Ubuntu's kernels have levels above 2, at which CAP_PERFMON is not enough for perf_event_open(). */
export async function perfEventParanoid(): Promise<number> {
  return Number(await readFile("/proc/sys/kernel/perf_event_paranoid", "utf8").catch(() => "0"));
}

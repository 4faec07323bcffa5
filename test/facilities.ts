import { spawnSync } from "node:child_process";

const PROGRAMS = {
  bpftrace: "bpftrace is not installed",
  cc: "there is no C compiler (cc)",
} as const;

/**
 * Why a test that needs root and these programs cannot run on this machine, as node:test's `skip` takes it:
 * a sentence, or false where nothing is missing.
 */
export function lacking(...programs: readonly (keyof typeof PROGRAMS)[]): string | false {
  const reasons = programs.filter((name) => !runs(name)).map((name) => PROGRAMS[name] as string);
  if (process.getuid?.() !== 0) reasons.unshift("it needs root");
  return reasons.length > 0 && reasons.join(", and ");
}

function runs(program: string): boolean {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
}

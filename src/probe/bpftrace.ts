import { type ExecFileException, execFile } from "node:child_process";
import { promisify } from "node:util";
import { BpftraceBrokenError, BpftraceMissingError, BpftraceTooOldError } from "./errors.ts";
import { isAtLeast, readVersion, type Version } from "./version.ts";

/** A bpftrace that can be run. */
export type Bpftrace = { readonly path: string; readonly version: Version; readonly release: string };

/** 0.17 is Debian 12's, the oldest one that netlog's scripts are tested with. */
const OLDEST: Version = [0, 17];

/** It takes tens of milliseconds, and seconds on an emulated machine under load. */
const VERSION_MS = 60_000;

/**
 * Asks the bpftrace at `path` (or of that name on the PATH) for its version.
 * @throws BpftraceMissingError, BpftraceBrokenError, BpftraceTooOldError
 */
export async function findBpftrace(path: string): Promise<Bpftrace> {
  const said = await promisify(execFile)(path, ["--version"], { timeout: VERSION_MS }).catch((cause) => {
    throw cause.code === "ENOENT"
      ? new BpftraceMissingError(path, { cause })
      : new BpftraceBrokenError(path, howItFailed(cause), { cause });
  });
  const text = said.stdout.trim().replace(/\n.*/s, "").slice(0, 100);
  // Another program in its place has a version as well.
  const version = /^bpftrace\b/.test(text) ? readVersion(text) : undefined;
  if (version === undefined || !isAtLeast(version, OLDEST))
    throw new BpftraceTooOldError(text, OLDEST.join("."));
  return { path, version, release: text.replace(/^bpftrace v?/, "") };
}

/**
 * Before 0.23 (0.17 was tried) it asks the kernel for its types, which one below 5.11 does not answer, and any other
 * answers to CAP_SYS_ADMIN alone. Told where they are instead (BPFTRACE_BTF), every version takes them for another
 * kernel's, and refuses to attach by them (kretfunc).
 */
export function needsPathOfTypes(
  bpftrace: Version,
  kernel: { readonly version: Version; readonly isAdmin: boolean },
): boolean {
  return !isAtLeast(bpftrace, [0, 23]) && !(isAtLeast(kernel.version, [5, 11]) && kernel.isAdmin);
}

function howItFailed(cause: ExecFileException): string {
  if (typeof cause.code === "string") return `it cannot be started (${cause.code})`;
  if (cause.killed) return `no answer in ${VERSION_MS / 1000} s`;
  const lastLine = cause.stderr?.trim().split("\n").at(-1)?.slice(0, 200);
  return lastLine || (cause.signal ? `ended by ${cause.signal}` : `exit code ${cause.code}`);
}

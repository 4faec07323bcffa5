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
  const text = said.stdout.trim().slice(0, 100);
  const version = readVersion(text);
  if (version === undefined || !isAtLeast(version, OLDEST))
    throw new BpftraceTooOldError(text, OLDEST.join("."));
  return { path, version, release: text.replace(/^bpftrace v?/, "") };
}

function howItFailed(cause: ExecFileException): string {
  if (typeof cause.code === "string") return `it cannot be started (${cause.code})`;
  if (cause.killed) return `no answer in ${VERSION_MS / 1000} s`;
  const lastLine = cause.stderr?.trim().split("\n").at(-1)?.slice(0, 200);
  return lastLine || (cause.signal ? `ended by ${cause.signal}` : `exit code ${cause.code}`);
}

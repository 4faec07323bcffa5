import { execFileSync } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { temporaryFolder } from "../host/process-netlog.ts";

/**
 * A program in the place of bpftrace that is the real one but for what `shell` does with it: a piece of shell in
 * which "$real" is its path, "$n" how many times it was started before, "$@" its arguments.
 */
export async function wrapBpftrace(t: TestContext, shell: string): Promise<string> {
  const folder = await temporaryFolder(t);
  const real = execFileSync("sh", ["-c", "command -v bpftrace"], { encoding: "utf8" }).trim();
  const path = join(folder, "bpftrace");
  const starts = join(folder, "starts");
  await writeFile(starts, "");
  await writeFile(
    path,
    `#!/bin/bash
real=${real}
[ "$1" = --version ] && exec "$real" --version
n=$(wc -c <${starts}); printf x >>${starts}
${shell}
`,
  );
  await chmod(path, 0o755);
  return path;
}

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { temporaryFolder } from "../host/process-netlog.ts";

/** A program in the place of bpftrace. */
export type Wrapper = {
  /** The configuration that makes netlog use it. */
  readonly config: string;
  /** The process that passes on what bpftrace prints, where the shell is PASSING_ON. */
  readonly passer: () => number;
};

/** The first one's output goes through another process; when that ends, half a line comes and no more. */
export const PASSING_ON = `if [ $n = 0 ]; then
  exec > >(exec 5<&0; cat <&5 & echo $! >"$folder/passer"; wait; printf '{"type": "printf", "data": "3 12 tcp.att')
fi
exec "$real" "$@"`;

/**
 * The real bpftrace but for what `shell` does with it: a piece of shell in which "$real" is its path, "$n" how many
 * times it was started before, "$@" its arguments, "$folder" a folder of its own. It has to end in exec: by its parent bpftrace tells
 * netlog's own sockets.
 */
export async function wrapBpftrace(t: TestContext, shell: string): Promise<Wrapper> {
  const folder = await temporaryFolder(t);
  const real = execFileSync("sh", ["-c", "command -v bpftrace"], { encoding: "utf8" }).trim();
  const path = join(folder, "bpftrace");
  const starts = join(folder, "starts");
  await writeFile(starts, "");
  await writeFile(
    path,
    `#!/bin/bash
real=${real} folder=${folder}
[ "$1" = --version ] && exec "$real" --version
n=$(wc -c <${starts}); printf x >>${starts}
${shell}
`,
  );
  await chmod(path, 0o755);
  return {
    config: `bpftrace: { path: ${path} }`,
    passer: () => Number(readFileSync(join(folder, "passer"), "utf8")),
  };
}

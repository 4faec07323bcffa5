import { spawnSync } from "node:child_process";
import { join } from "node:path";

const MAIN = join(import.meta.dirname, "../../src/main.ts");

/** `netlog verify` of these lines. */
export async function verify(
  lines: string,
): Promise<{ readonly status: number | null; readonly report: string }> {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, "verify"], {
    input: lines,
    encoding: "utf8",
  });
  return { status, report: stdout + stderr };
}

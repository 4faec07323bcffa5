import { spawnSync } from "node:child_process";

export type Promtool = {
  /** Why there is none here, as node:test's `skip` takes it. */
  readonly skip: string | false;
  readonly run: (args: readonly string[], input?: string) => { status: number | null; output: string };
};

/** Prometheus's own checker, which Debian has in its package prometheus. */
export function promtool(): Promtool {
  const isThere = spawnSync("promtool", ["--version"], { stdio: "ignore" }).status === 0;
  return {
    skip: isThere ? false : "promtool is not on the PATH (Debian: prometheus)",
    run: (args, input = "") => {
      const { status, stdout, stderr } = spawnSync("promtool", args, { input, encoding: "utf8" });
      return { status, output: stdout + stderr };
    },
  };
}

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const SCRIPT = join(import.meta.dirname, "../src/start.sh");

for (const [args, job] of [
  [[], "start"],
  [["--format", "json"], "start"],
  [["check"], "packages"],
  [["verify", "--format", "json"], "packages"],
  [["--format", "json", "--help"], "packages"],
  [["--version"], "packages"],
] as const) {
  test(`\`npm start -- ${args.join(" ")}\` installs what \`${job}\` needs and passes the arguments on`, async (t) => {
    const root = await mkdtemp(join(tmpdir(), "netlog-start-"));
    t.after(() => rm(root, { recursive: true }));
    await mkdir(join(root, "src"));
    await writeFile(join(root, "src/install.sh"), 'echo "install $*"');
    await writeFile(join(root, "node"), '#!/bin/sh\necho "node $*"\n');
    await chmod(join(root, "node"), 0o755);
    const env = { PATH: `${root}:${process.env["PATH"]}` };
    const { stdout, status } = spawnSync("sh", [SCRIPT, ...args], { cwd: root, env, encoding: "utf8" });
    const netlog = ["node src/main.ts", ...args].join(" ");
    assert.deepEqual([status, stdout], [0, `install ${job}\n${netlog}\n`]);
  });
}

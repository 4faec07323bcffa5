import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { isPreempting } from "../../src/probe/preemption.ts";
import type { Version } from "../../src/probe/version.ts";

const MODE = "sys/kernel/debug/sched/preempt";
const DYNAMIC = "Linux version 6.12 (gcc 14) #1 SMP PREEMPT_DYNAMIC Debian 6.12.57-1\n";

const CASES: readonly [what: string, files: Record<string, string>, version: Version, expected: boolean][] = [
  [
    "is told to be voluntary",
    { [MODE]: "none (voluntary) full \n", "proc/version": DYNAMIC },
    [6, 12],
    false,
  ],
  ["is told to be lazy", { [MODE]: "full (lazy) \n", "proc/version": DYNAMIC }, [7, 3], true],
  ["is told to be full", { [MODE]: "none voluntary (full) lazy \n", "proc/version": DYNAMIC }, [6, 12], true],
  ["is told to be none", { [MODE]: "(none) full \n", "proc/cmdline": "preempt=full" }, [7, 3], false],
  ["can be changed, of which nothing more is known", { "proc/version": DYNAMIC }, [6, 12], false],
  ["can be changed, between two that both preempt", { "proc/version": DYNAMIC }, [7, 0], true],
  [
    "was asked to be full",
    { "proc/version": DYNAMIC, "proc/cmdline": "quiet preempt=full\n" },
    [6, 12],
    true,
  ],
  ["was asked to be none", { "proc/version": DYNAMIC, "proc/cmdline": "preempt=none ro\n" }, [7, 0], false],
  ["is built in", { "proc/version": "Linux version 6.1 #1 SMP PREEMPT Debian\n" }, [6, 1], true],
  ["is real time", { "proc/version": "Linux version 6.1 #1 SMP PREEMPT_RT Debian\n" }, [6, 1], true],
  ["is not built in", { "proc/version": "Linux version 5.10 #1 SMP Debian\n" }, [5, 10], false],
  ["is not known at all", {}, [6, 1], false],
];

for (const [what, files, version, expected] of CASES) {
  test(`A kernel whose preemption ${what} ${expected ? "preempts" : "does not preempt"}`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "netlog-preemption-"));
    t.after(() => rm(folder, { recursive: true }));
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const source = {
      proc: join(folder, "proc"),
      sys: join(folder, "sys"),
      release: version.join("."),
      uid: 0,
    };
    assert.equal(await isPreempting(source, version), expected);
  });
}

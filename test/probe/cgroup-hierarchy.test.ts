import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readCgroupHierarchy } from "../../src/probe/cgroup-hierarchy.ts";

const HEAD = "#subsys_name\thierarchy\tnum_cgroups\tenabled\n";

for (const [host, lines, expected] of [
  ["cgroup v2 alone", "cpuset\t0\t99\t1\ncpu\t0\t99\t1\nmemory\t0\t99\t1\npids\t0\t99\t1\n", { id: 0 }],
  [
    "the v1 hybrid of systemd",
    "cpuset\t9\t3\t1\ncpu\t5\t99\t1\nmemory\t12\t99\t1\npids\t7\t99\t1\n",
    { id: 12, v1: { controller: "memory", subsystem: 2 } },
  ],
  [
    "v1 without a memory controller (cgroup_disable=memory)",
    "cpuset\t9\t3\t1\ncpu\t5\t99\t1\nmemory\t0\t1\t0\npids\t7\t99\t1\n",
    { id: 7, v1: { controller: "pids", subsystem: 3 } },
  ],
  ["a single v1 controller beside v2", "cpuset\t3\t1\t1\nmemory\t0\t99\t1\n", { id: 0 }],
] as const) {
  test(`The hierarchy that tells containers apart is found with ${host}`, async (t) => {
    const proc = await mkdtemp(join(tmpdir(), "netlog-cgroups-"));
    t.after(() => rm(proc, { recursive: true }));
    await writeFile(join(proc, "cgroups"), HEAD + lines);
    const source = { proc, sys: "/sys", release: "6.12.57", uid: 0 };
    assert.deepEqual(await readCgroupHierarchy(source), expected);
  });
}

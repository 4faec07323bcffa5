import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { readCgroupHierarchy } from "../../src/probe/cgroup-hierarchy.ts";
import { btfImage } from "./btf-image.ts";

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
    assert.deepEqual(await readCgroupHierarchy(await newKernel(t, lines)), expected);
  });
}

test("Where the kernel names its controllers' indices, those count and not the lines, of which some lack", async (t) => {
  // Linux 6.18 without CONFIG_CPUSETS_V1.
  const lines = "cpu\t5\t99\t1\ncpuacct\t5\t99\t1\nblkio\t3\t99\t1\nmemory\t12\t99\t1\n";
  const enumerators = {
    cpuset_cgrp_id: 0,
    cpu_cgrp_id: 1,
    cpuacct_cgrp_id: 2,
    io_cgrp_id: 3,
    memory_cgrp_id: 4,
    CGROUP_SUBSYS_COUNT: 5,
  };
  const btf = btfImage([{ kind: 6, name: "cgroup_subsys_id", enumerators }]);
  assert.deepEqual(await readCgroupHierarchy(await newKernel(t, lines, btf)), {
    id: 12,
    v1: { controller: "memory", subsystem: 4 },
  });
});

async function newKernel(t: TestContext, lines: string, btf?: Buffer) {
  const folder = await mkdtemp(join(tmpdir(), "netlog-cgroups-"));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "cgroups"), HEAD + lines);
  if (btf !== undefined) {
    await mkdir(join(folder, "kernel/btf"), { recursive: true });
    await writeFile(join(folder, "kernel/btf/vmlinux"), btf);
  }
  return { proc: folder, sys: folder, release: "6.12.57", uid: 0 };
}

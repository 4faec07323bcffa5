import { readFile } from "node:fs/promises";
import { findBtfEnumerators } from "./btf.ts";
import { type KernelSource, readText } from "./kernel-files.ts";

/**
 * The hierarchy of control groups that tells containers apart: v2's single one (`id` 0), or on a host whose
 * containers are in v1's, the hierarchy of one controller.
 */
export type CgroupHierarchy = {
  /** As in /proc/PID/cgroup and the cgroup tracepoints' `root`. */
  readonly id: number;
  /** Of v1: the controller's name, and its index in the kernel's css_set.subsys. */
  readonly v1?: { readonly controller: string; readonly subsystem: number };
};

/** Every container runtime puts a container into all of them. */
const CONTROLLERS = ["memory", "pids", "cpu", "devices"];

/**
 * Reads /proc/cgroups for the hierarchies. Its lines stand in the order of the kernel's subsystems, but leave those out
 * that have nothing to offer in v1 (a kernel without CONFIG_CPUSETS_V1 or CONFIG_MEMCG_V1), so a line's number is the
 * index only of a kernel that does not describe its types.
 */
export async function readCgroupHierarchy({ proc, sys }: KernelSource): Promise<CgroupHierarchy> {
  const lines = ((await readText(`${proc}/cgroups`)) ?? "").split("\n").filter((line) => /^\w/.test(line));
  for (const controller of CONTROLLERS) {
    const at = lines.findIndex((line) => line.split("\t")[0] === controller);
    const id = Number(lines[at]?.split("\t")[1] ?? 0);
    if (id === 0) continue;
    const btf = await readFile(`${sys}/kernel/btf/vmlinux`).catch(() => Buffer.alloc(0));
    const subsystem = findBtfEnumerators(btf, "cgroup_subsys_id").get(`${controller}_cgrp_id`) ?? at;
    return { id, v1: { controller, subsystem } };
  }
  return { id: 0 };
}

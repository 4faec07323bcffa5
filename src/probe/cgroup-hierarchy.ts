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

/** Reads /proc/cgroups, whose lines stand in the order of the kernel's subsystems. */
export async function readCgroupHierarchy({ proc }: KernelSource): Promise<CgroupHierarchy> {
  const lines = ((await readText(`${proc}/cgroups`)) ?? "").split("\n").filter((line) => /^\w/.test(line));
  for (const controller of CONTROLLERS) {
    const subsystem = lines.findIndex((line) => line.split("\t")[0] === controller);
    const id = Number(lines[subsystem]?.split("\t")[1] ?? 0);
    if (id !== 0) return { id, v1: { controller, subsystem } };
  }
  return { id: 0 };
}

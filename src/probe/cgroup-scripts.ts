import type { CgroupHierarchy } from "./cgroup-hierarchy.ts";

/** A control group, and how far it is below the hierarchy's top (1: directly below). */
export type CgroupPlace = { readonly id: number; readonly level: number };

/** In the scripts: the id of the task's group in v2's hierarchy, and the filter on that hierarchy's events. */
const V2_CGROUP = /\bcgroup, (?=\$leader->comm\b)/g;
const V2_ROOT = /(\b(?:dst_)?root|hierarchy_id) == 0\b/g;

/** What tells of a socket's opening, in the task that opens it. */
const OPENING = /^(\t+)(printf\("(?:tcp\.(?:attempt|failure|accept)|udp\.(?:bind|connect)) [^;]*;)$/gm;

/** How many groups below the one that is looked for are told apart; what is further below passes, for netlog to see. */
const LEVELS = 8;

/** Has a script take a v1 host's ids and events from the hierarchy of one controller. */
export function readHierarchy(source: string, { id, v1 }: CgroupHierarchy): string {
  if (v1 === undefined) return source;
  const group = `((struct kernfs_node *)${taskGroup(v1)}->kn)->id`;
  return source.replace(V2_CGROUP, `${group}, `).replace(V2_ROOT, `$1 == ${id}`);
}

/**
 * Has a script report openings by tasks in this group, or in one below it, alone. Outcomes and ends are reported of
 * all sockets: they come from any task, and are the group's where the opening was.
 */
export function onlyBelow(source: string, { id, level }: CgroupPlace, { v1 }: CgroupHierarchy): string {
  return source.replace(OPENING, (_, indent: string, print: string) => {
    const lines = [`$group = ${taskGroup(v1)};`, `$level = $group->level;`, `$below = 0;`];
    for (let n = 0; n <= LEVELS; n++) {
      if (n > 0)
        lines.push(`$group = (struct cgroup *)((struct cgroup_subsys_state *)$group->self.parent)->cgroup;`);
      lines.push(`if (((struct kernfs_node *)$group->kn)->id == ${id}) { $below = 1; }`);
    }
    lines.push(`if ($below == 1 || $level > ${level + LEVELS}) {`, `\t${print}`, "}");
    return lines.map((line) => indent + line).join("\n");
  });
}

/** The task's group as a pointer; bpftrace 0.17 wants a cast at each. */
function taskGroup(v1: CgroupHierarchy["v1"]): string {
  const sets = "((struct task_struct *)curtask)->cgroups";
  return v1 === undefined
    ? `((struct cgroup *)${sets}->dfl_cgrp)`
    : `((struct cgroup *)((struct cgroup_subsys_state *)${sets}->subsys[${v1.subsystem}])->cgroup)`;
}

import { type CgroupPlace, onlyBelow, readHierarchy } from "./cgroup-scripts.ts";
import type { Kernel } from "./kernel.ts";
import type { ProbeScript } from "./script.ts";
import { isAtLeast } from "./version.ts";

/**
 * `ready` is said when every probe is attached, with bpftrace's parent: netlog's own pid as the host counts it,
 * which a process in a pid namespace cannot know itself. The heartbeat says once a second that the program is alive, and
 * ends an orphan. One that writes when its reader goes dies by SIGPIPE; but one that waits in a write for a reader that
 * is behind gets ECONNRESET instead, writes no more and lives on.
 */
const PROGRAM = `BEGIN { @bpftrace = (uint64)curtask; @netlog = ((struct task_struct *)curtask)->real_parent->tgid; printf("ready %llu %d\\n", nsecs, ((struct task_struct *)curtask)->real_parent->tgid); }
interval:s:1 { printf("heartbeat %llu\\n", nsecs); if (((struct task_struct *)@bpftrace)->real_parent->tgid != @netlog) { exit(); } }
`;

/** In struct file, up to kernel 6.12 f_count counts the references from 1 on; then f_ref does so from 0 on. */
const LAST_REFERENCE = "f_ref.refcnt.counter == 0";
const LAST_REFERENCE_BEFORE_6_13 = "f_count.counter == 1";

/** What a kernel without MPTCP cannot compile stands between two such marks. */
const MPTCP_BLOCK = /^\t*if .*\/\/ MPTCP\n[\s\S]*?^\t*\} \/\/ MPTCP\n/gm;

/**
 * One program of many scripts. Variables are local to a probe, and each script names its maps for itself. With a
 * scope, openings of sockets are reported of its tasks alone.
 */
export function joinScripts(scripts: Iterable<ProbeScript>, kernel: Kernel, scope?: CgroupPlace): string {
  let program = PROGRAM;
  for (const { name, source } of scripts) program += `\n// ${name}\n${adapt(source, kernel, scope)}`;
  return program;
}

function adapt(
  source: string,
  { version, hasMptcp, cgroups }: Kernel,
  scope: CgroupPlace | undefined,
): string {
  let adapted = source.replace(/^#!.*\n/, "").replace(/\/\*[\s\S]*?\*\//g, "");
  if (!hasMptcp) adapted = adapted.replace(MPTCP_BLOCK, "");
  adapted = readHierarchy(adapted, cgroups);
  if (scope !== undefined) adapted = onlyBelow(adapted, scope, cgroups);
  return isAtLeast(version, [6, 13])
    ? adapted
    : adapted.replaceAll(LAST_REFERENCE, LAST_REFERENCE_BEFORE_6_13);
}

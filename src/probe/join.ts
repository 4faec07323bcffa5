import type { ProbeScript } from "./script.ts";
import { isAtLeast, type Version } from "./version.ts";

/**
 * `ready` is said when every probe is attached. The heartbeat says once a second that the program is alive; it
 * also ends an orphan, which dies at its first write after its reader is gone.
 */
const PROGRAM = `BEGIN { printf("ready %llu\\n", nsecs); }
interval:s:1 { printf("heartbeat %llu\\n", nsecs); }
`;

/** In struct file, up to kernel 6.12 f_count counts the references from 1 on; then f_ref does so from 0 on. */
const LAST_REFERENCE = "f_ref.refcnt.counter == 0";
const LAST_REFERENCE_BEFORE_6_13 = "f_count.counter == 1";

/** One program of many scripts. Variables are local to a probe, and each script names its maps for itself. */
export function joinScripts(scripts: Iterable<ProbeScript>, kernel: Version): string {
  let program = PROGRAM;
  for (const { name, source } of scripts) {
    program += `\n// ${name}\n${source.replace(/^#!.*\n/, "").replace(/\/\*[\s\S]*?\*\//g, "")}`;
  }
  return isAtLeast(kernel, [6, 13])
    ? program
    : program.replaceAll(LAST_REFERENCE, LAST_REFERENCE_BEFORE_6_13);
}

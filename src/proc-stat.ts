/**
 * The fields of /proc/PID/stat behind the second one, from the state on (proc(5)). The second is the process's name in
 * brackets, which may have brackets and spaces in it.
 */
export function fieldsOfStat(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

import { isAtLeast, type Version } from "./version.ts";

/** What the scripts with return probes count for each type of record: calls that were noted at their entry. */
const ENTERED = /@entered_([a-z]+)_([a-z]+) = count\(\);/g;

/** From here on there is this probe; before, the signal makes bpftrace print every map. */
const AT_SIGNAL = [0, 22] as const;

/**
 * Has the program tell every ten seconds, and when it is sent SIGUSR1, how many calls its return probes have noted at
 * their entry, and then how many of those they have seen return. `types` are the types of record that they see.
 */
export function tellReturns(
  program: string,
  bpftrace: Version,
): { readonly program: string; readonly types: string[] } {
  const names = new Set([...program.matchAll(ENTERED)].map(([, protocol, what]) => `${protocol}_${what}`));
  const prints = [...names].map((name) => `print(@entered_${name}); print(@left_${name});`);
  const when = isAtLeast(bpftrace, AT_SIGNAL) ? ["interval:s:10", "self:signal:SIGUSR1"] : ["interval:s:10"];
  const tellings = prints.length === 0 ? [] : when.map((probe) => `\n${probe} { ${prints.join(" ")} }\n`);
  return {
    program: program + tellings.join(""),
    types: [...names].map((name) => name.replace("_", ".")),
  };
}

import { isAtLeast, type Version } from "./version.ts";

/** What the scripts with return probes count for each type of record: calls that were noted at their entry. */
const ENTERED = /@entered_([a-z]+)_([a-z]+) = count\(\);/g;

/** From here on there is `self:signal:SIGUSR1`; before, the signal makes bpftrace print every map. */
const ANSWERS_SIGNAL = [0, 22] as const;

/**
 * Has the program tell every ten seconds how many calls its return probes have noted at their entry, and then how many
 * of those they have seen return. `types` are the types of record that they see. When it is sent SIGUSR1 it tells this too,
 * with a heartbeat behind it: when that has been read, all that was reported before it has. `answersSignal` is false
 * where bpftrace cannot give that heartbeat.
 */
export function tellReturns(
  program: string,
  bpftrace: Version,
): { readonly program: string; readonly types: string[]; readonly answersSignal: boolean } {
  const names = new Set([...program.matchAll(ENTERED)].map(([, protocol, what]) => `${protocol}_${what}`));
  const prints = [...names].map((name) => `print(@entered_${name}); print(@left_${name}); `).join("");
  const tellings: string[] = [];
  if (prints !== "") tellings.push(`\ninterval:s:10 { ${prints}}\n`);
  const answersSignal = isAtLeast(bpftrace, ANSWERS_SIGNAL);
  if (answersSignal)
    tellings.push(`\nself:signal:SIGUSR1 { ${prints}printf("heartbeat %llu\\n", nsecs); }\n`);
  return {
    program: program + tellings.join(""),
    types: [...names].map((name) => name.replace("_", ".")),
    answersSignal,
  };
}

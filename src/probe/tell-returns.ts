/** What the scripts with return probes count for each type of record: calls that were noted at their entry. */
const ENTERED = /@entered_([a-z]+)_([a-z]+) = count\(\);/g;

/**
 * Has the program tell now and then, and at its end, how many calls its return probes have noted at their entry, and then how many
 * of those they have seen return. `types` are the types of record that are seen by return probes.
 */
export function tellReturns(program: string): { readonly program: string; readonly types: string[] } {
  const names = new Set([...program.matchAll(ENTERED)].map(([, protocol, what]) => `${protocol}_${what}`));
  const prints = [...names].map((name) => `print(@entered_${name}); print(@left_${name});`);
  return {
    program: prints.length === 0 ? program : `${program}\ninterval:s:10 { ${prints.join(" ")} }\n`,
    types: [...names].map((name) => name.replace("_", ".")),
  };
}

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HELMS } from "./helms.ts";
import { notes } from "./notes.ts";
import { REFUSED, reason } from "./refused.ts";
import { CHART, refusal, template } from "./render.ts";

const CI = join(CHART, "ci");
const GOLDEN = join(import.meta.dirname, "golden");

/** Values that people may come with, by name: charts/netlog/ci/NAME-values.yaml. */
export const SCENARIOS: readonly string[] = readdirSync(CI).map((file) => file.replace("-values.yaml", ""));

export const valuesFile = (scenario: string): string => join(CI, `${scenario}-values.yaml`);

type Making = (helm: string) => string | Promise<string>;

/** What each file of golden/ is to hold, by this Helm. */
export const GOLDENS: ReadonlyMap<string, Making> = new Map([
  ...SCENARIOS.map((name): [string, Making] => [`${name}.yaml`, (helm) => manifests(name, helm)]),
  ...SCENARIOS.map((name): [string, Making] => [
    `${name}.notes.txt`,
    (helm) => notes(helm, valuesFile(name)),
  ]),
  ["refusals.txt", refusals],
]);

export const readGolden = (file: string): string => readFileSync(join(GOLDEN, file), "utf8");

export async function writeGoldens(): Promise<void> {
  for (const [file, made] of GOLDENS) writeFileSync(join(GOLDEN, file), await made(HELMS[0] as string));
}

export function manifests(scenario: string, helm: string, more: readonly string[] = []): string {
  const { text, error } = template(["--values", valuesFile(scenario), ...more], { helm });
  if (error !== "") throw new Error(error);
  // All in which the two differ: Helm 4 puts an empty line before the next object.
  return text.replaceAll("\n\n---\n", "\n---\n");
}

function refusals(helm: string): string {
  return REFUSED.map(([what, values]) => `# ${what}\n${reason(refusal(values, helm))}\n`).join("\n");
}

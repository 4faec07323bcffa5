import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HELMS } from "./helms.ts";
import { REFUSED, reason } from "./refused.ts";
import { CHART, refusal, template } from "./render.ts";

const CI = join(CHART, "ci");
const GOLDEN = join(import.meta.dirname, "golden");

/** Values that people may come with, by name: charts/netlog/ci/NAME-values.yaml. */
export const SCENARIOS: readonly string[] = readdirSync(CI).map((file) => file.replace("-values.yaml", ""));

export const valuesFile = (scenario: string): string => join(CI, `${scenario}-values.yaml`);

/** What each file of golden/ is to hold, by this Helm. */
export const GOLDENS: ReadonlyMap<string, (helm: string) => string> = new Map([
  ...SCENARIOS.map((scenario) => [`${scenario}.yaml`, (helm: string) => manifests(scenario, helm)] as const),
  ...SCENARIOS.map((scenario) => [`${scenario}.notes.txt`, (helm: string) => notes(scenario, helm)] as const),
  ["refusals.txt", refusals],
]);

export const readGolden = (file: string): string => readFileSync(join(GOLDEN, file), "utf8");

export function writeGoldens(): void {
  for (const [file, made] of GOLDENS) writeFileSync(join(GOLDEN, file), made(HELMS[0] as string));
}

export function manifests(scenario: string, helm: string, more: readonly string[] = []): string {
  const { text, error } = template(["--values", valuesFile(scenario), ...more], { helm });
  if (error !== "") throw new Error(error);
  return text;
}

/** What `helm install` says at its end, without a cluster to ask. */
function notes(scenario: string, helm: string): string {
  const where = ["--namespace", "agents", "--values", valuesFile(scenario), "--dry-run=client"];
  const { stdout, stderr, status } = spawnSync(helm, ["install", "shop", CHART, ...where], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return `${stdout.slice(stdout.indexOf("\nNOTES:\n") + 8).trimEnd()}\n`;
}

function refusals(helm: string): string {
  return REFUSED.map(([what, values]) => `# ${what}\n${reason(refusal(values, helm))}\n`).join("\n");
}

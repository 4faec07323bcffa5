import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { HELMS } from "./helms.ts";

export const CHART = join(import.meta.dirname, "../../charts/netlog");
/** The one value without a default. */
const IMAGE = { image: { repository: "registry.example/netlog" } };

/** An object of the API, as far as tests walk into it. */
// biome-ignore lint/suspicious/noExplicitAny: manifests are looked into at every depth
export type Manifest = any;

export type Rendered = { readonly manifests: readonly Manifest[]; readonly error: string };

/** What Helm makes of the chart as the release `shop` in the namespace `agents`, or why it does not; without a cluster. */
export function template(
  args: readonly string[],
  { chart = CHART, helm = HELMS[0] as string, input = "" } = {},
): { readonly text: string; readonly error: string } {
  const all = ["template", "shop", chart, "--namespace", "agents", ...args];
  const { stdout, stderr, status } = spawnSync(helm, all, { input, encoding: "utf8" });
  return { text: stdout, error: status === 0 ? "" : stderr };
}

/** Renders the chart as `helm install shop -n agents` would, with these values over its own. */
export function render(values: object = {}, helm?: string): Rendered {
  const input = JSON.stringify({ ...IMAGE, ...values });
  const { text, error } = template(["--values", "-"], { input, ...(helm && { helm }) });
  return { manifests: objects(text), error };
}

export function objects(text: string): readonly Manifest[] {
  const documents = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
  return documents.filter((manifest) => manifest !== null);
}

/** The only one of its kind. */
export function manifest(kind: string, values: object = {}): Manifest {
  const { manifests, error } = render(values);
  const found = manifests.filter((each) => each.kind === kind);
  if (found.length !== 1) throw new Error(`${found.length} of ${kind}: ${error}`);
  return found[0];
}

/** Why helm refuses these values; empty where it does not. */
export function refusal(values: object, helm?: string): string {
  return render(values, helm).error;
}

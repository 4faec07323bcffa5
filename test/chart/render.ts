import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

export const CHART = join(import.meta.dirname, "../../charts/netlog");
/** The one value without a default. */
const IMAGE = { image: { repository: "registry.example/netlog" } };

/** An object of the API, as far as tests walk into it. */
// biome-ignore lint/suspicious/noExplicitAny: manifests are looked into at every depth
export type Manifest = any;

export type Rendered = { readonly manifests: readonly Manifest[]; readonly error: string };

/** Renders the chart as `helm install shop -n agents` would, with these values over its own. */
export function render(values: object = {}): Rendered {
  const input = JSON.stringify({ ...IMAGE, ...values });
  const args = ["template", "shop", CHART, "--namespace", "agents", "--values", "-"];
  const { stdout, stderr } = spawnSync("helm", args, { input, encoding: "utf8" });
  const documents = parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
  return { manifests: documents.filter((manifest) => manifest !== null), error: stderr };
}

/** The only one of its kind. */
export function manifest(kind: string, values: object = {}): Manifest {
  const { manifests, error } = render(values);
  const found = manifests.filter((each) => each.kind === kind);
  if (found.length !== 1) throw new Error(`${found.length} of ${kind}: ${error}`);
  return found[0];
}

/** Why helm refuses these values; empty where it does not. */
export function refusal(values: object): string {
  const { manifests, error } = render(values);
  return manifests.length === 0 ? error : "";
}

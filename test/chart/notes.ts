import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type FakeNamespace, serveFakeApi } from "./fake-api.ts";
import { CHART } from "./render.ts";

/** What `helm install` says at its end, where the cluster has this namespace or none of the name. */
export async function notes(helm: string, valuesFile: string, namespace?: FakeNamespace): Promise<string> {
  await using api = await serveFakeApi(namespace);
  const where = [
    "--kube-apiserver",
    api.url,
    "--kubeconfig",
    "/dev/null",
    "--namespace",
    "agents",
    "--create-namespace",
  ];
  const how = ["--dry-run=server", "--disable-openapi-validation", "--values", valuesFile];
  const { stdout } = await promisify(execFile)(helm, ["install", "shop", CHART, ...where, ...how]);
  return `${stdout.slice(stdout.indexOf("\nNOTES:\n") + 8).trimEnd()}\n`;
}

// A file of its own, so that it can be imported when there is a cluster and not before: the package takes some 30 MB
// (80 MB where it is not bundled). By this static import the bundle leaves out what is not used of it.
import type { OutgoingHttpHeaders } from "node:http";
import type { RequestOptions } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";
import type { Access } from "./cluster.ts";

/** By the files that KUBECONFIG names, merged: what stands in the first one wins. Rejects as Cluster's access() does. */
export async function accessByFiles(files: readonly string[]): Promise<Access> {
  const [first = new KubeConfig(), ...others] = files.map((file) => {
    const config = new KubeConfig();
    config.loadFromFile(file);
    return config;
  });
  for (const other of others) first.mergeConfig(other, first.currentContext !== undefined);
  return accessOf(first);
}

/** By what the kubelet mounts into each pod. Rejects as Cluster's access() does. */
export async function accessByServiceAccount(server: string, folder: string): Promise<Access> {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: "in-cluster", server, caFile: `${folder}/ca.crt`, skipTLSVerify: false },
    {
      name: "service-account",
      authProvider: { name: "tokenFile", config: { tokenFile: `${folder}/token` } },
    },
  );
  return accessOf(config);
}

async function accessOf(config: KubeConfig): Promise<Access> {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error("its current-context names no cluster");
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const headers = (options.headers ?? {}) as OutgoingHttpHeaders;
  const token = headers["Authorization"];
  // A token file that was written by hand ends with a line feed, which a header may not.
  if (typeof token === "string") headers["Authorization"] = token.trim();
  return { server: cluster.server, options };
}

import { existsSync } from "node:fs";
import type { RequestOptions } from "node:https";
import { isIPv6 } from "node:net";
import { delimiter } from "node:path";
import { ClusterError, oneLine } from "./errors.ts";

const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

type Environment = Readonly<Record<string, string | undefined>>;

/** How to make one request: the server's URL, without a slash at its end, and TLS and credentials for node:https. */
export type Access = { readonly server: string; readonly options: RequestOptions };

export type Cluster = {
  /** Where its configuration comes from, for messages. */
  readonly source: string;
  /**
   * Reads configuration and credentials anew: tokens, certificates and the CA rotate, and requests are few.
   * Rejects with whatever the file system or a credential plug-in said.
   */
  readonly access: () => Promise<Access>;
};

/**
 * The cluster that this process belongs to: the one of KUBECONFIG, which somebody set on purpose, else that of the
 * pod's service account. Undefined with `off`, and with `auto` where there is neither.
 * @throws ClusterError with `on` where there is neither, and for a KUBECONFIG that cannot be used
 */
export async function findCluster(
  mode: "auto" | "on" | "off",
  env: Environment,
  serviceAccount = SERVICE_ACCOUNT,
): Promise<Cluster | undefined> {
  if (mode === "off") return undefined;
  const files = (env["KUBECONFIG"] ?? "").split(delimiter).filter((file) => file !== "");
  if (files.length > 0) return usable(await kubeConfigFiles(files));
  const server = inClusterServer(env);
  const token = `${serviceAccount}/token`;
  if (server !== undefined && existsSync(token)) return await inCluster(server, serviceAccount);
  if (mode === "auto") return undefined;
  throw new ClusterError(
    server === undefined
      ? "kubernetes is `on`, and this is no pod (KUBERNETES_SERVICE_HOST is not set): set KUBECONFIG to a kubeconfig file, or kubernetes to `auto` or `off`"
      : `kubernetes is \`on\`, and this pod has no service account token (${token}): set automountServiceAccountToken to true, or KUBECONFIG to a kubeconfig file, or kubernetes to \`off\``,
  );
}

/**
 * The node whose pods are watched.
 * @throws ClusterError where NODE_NAME is not set
 */
export function nodeName(env: Environment): string {
  const name = env["NODE_NAME"] ?? "";
  if (name !== "") return name;
  throw new ClusterError(
    "there is a Kubernetes API, and NODE_NAME, the name of this node, is not set: set it from the downward API (env: [{ name: NODE_NAME, valueFrom: { fieldRef: { fieldPath: spec.nodeName } } }]), or set kubernetes to `off`",
  );
}

async function kubeConfigFiles(files: readonly string[]): Promise<Cluster> {
  const { accessByFiles } = await import("./kube-config.ts");
  return { source: `KUBECONFIG (${files.join(", ")})`, access: () => accessByFiles(files) };
}

async function inCluster(server: string, folder: string): Promise<Cluster> {
  const { accessByServiceAccount } = await import("./kube-config.ts");
  return { source: "the pod's service account", access: () => accessByServiceAccount(server, folder) };
}

function inClusterServer(env: Environment): string | undefined {
  const host = env["KUBERNETES_SERVICE_HOST"] ?? "";
  const port = env["KUBERNETES_SERVICE_PORT"] ?? "443";
  if (host === "") return undefined;
  return `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** What does not work at the start would not work later; a file that vanishes later is a failure to be got over. */
async function usable(cluster: Cluster): Promise<Cluster> {
  try {
    await cluster.access();
    return cluster;
  } catch (error) {
    const said = oneLine(error instanceof Error ? error.message : String(error));
    throw new ClusterError(
      `${cluster.source} cannot be used: ${said}; correct it, or set kubernetes to \`off\``,
      { cause: error },
    );
  }
}

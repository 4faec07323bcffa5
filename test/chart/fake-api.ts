import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const list = (
  groupVersion: string,
  resources: readonly (readonly [name: string, kind: string, namespaced: boolean])[],
) => ({
  kind: "APIResourceList",
  groupVersion,
  resources: resources.map(([name, kind, namespaced]) => ({
    name,
    kind,
    namespaced,
    verbs: ["get", "create"],
  })),
});
const group = (name: string) => {
  const version = { groupVersion: `${name}/v1`, version: "v1" };
  return { name, versions: [version], preferredVersion: version };
};

/** What Helm asks of an API server before it says what it would install. */
const ANSWERS: Readonly<Record<string, object>> = {
  "/version": { major: "1", minor: "35", gitVersion: "v1.35.0" },
  "/api": { kind: "APIVersions", versions: ["v1"] },
  "/apis": {
    kind: "APIGroupList",
    groups: [
      "apps",
      "rbac.authorization.k8s.io",
      "networking.k8s.io",
      "security.openshift.io",
      "monitoring.coreos.com",
    ].map(group),
  },
  "/api/v1": list("v1", [
    ["namespaces", "Namespace", false],
    ["configmaps", "ConfigMap", true],
    ["secrets", "Secret", true],
    ["services", "Service", true],
    ["serviceaccounts", "ServiceAccount", true],
  ]),
  "/apis/apps/v1": list("apps/v1", [["daemonsets", "DaemonSet", true]]),
  "/apis/networking.k8s.io/v1": list("networking.k8s.io/v1", [["networkpolicies", "NetworkPolicy", true]]),
  "/apis/security.openshift.io/v1": list("security.openshift.io/v1", [
    ["securitycontextconstraints", "SecurityContextConstraints", false],
  ]),
  "/apis/monitoring.coreos.com/v1": list("monitoring.coreos.com/v1", [
    ["podmonitors", "PodMonitor", true],
    ["prometheusrules", "PrometheusRule", true],
  ]),
  "/apis/rbac.authorization.k8s.io/v1": list("rbac.authorization.k8s.io/v1", [
    ["roles", "Role", true],
    ["rolebindings", "RoleBinding", true],
    ["clusterroles", "ClusterRole", false],
    ["clusterrolebindings", "ClusterRoleBinding", false],
  ]),
};

/** A namespace with these labels, or none. */
export type FakeNamespace = { readonly name: string; readonly labels: Readonly<Record<string, string>> };

/** An API server on loopback in which there is nothing but, perhaps, one namespace. */
export async function serveFakeApi(
  namespace?: FakeNamespace,
): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(({ url = "" }, response) => {
    const path = url.replace(/\?.*/, "");
    const object =
      namespace !== undefined && path === `/api/v1/namespaces/${namespace.name}`
        ? { apiVersion: "v1", kind: "Namespace", metadata: namespace }
        : ANSWERS[path];
    response.writeHead(object === undefined ? 404 : 200, { "content-type": "application/json" });
    const none = {
      apiVersion: "v1",
      kind: "Status",
      status: "Failure",
      reason: "NotFound",
      code: 404,
      message: path,
    };
    response.end(JSON.stringify(object ?? none));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

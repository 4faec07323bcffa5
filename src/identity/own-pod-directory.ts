import type { Logger } from "pino";
import type { Cluster } from "./kubernetes/cluster.ts";
import type { Namespace } from "./kubernetes/namespace-object.ts";
import { readNamespace } from "./kubernetes/read-namespace.ts";
import type { PodDirectory } from "./origins.ts";
import type { OwnPod } from "./own-pod.ts";

/**
 * What a sidecar knows: its own pod from the downward API, and its namespace's labels if the API tells them when
 * asked once. Containers go by their ids.
 */
export function ownPodDirectory(
  { uid, name, namespace }: OwnPod,
  cluster: Cluster | undefined,
  { version, log, signal }: { readonly version: string; readonly log: Logger; readonly signal: AbortSignal },
): PodDirectory {
  const pod = { uid, name, namespace, labels: [], containerNameOf: () => undefined };
  const unlabelled: Namespace = { uid: "", name: namespace, labels: [] };
  let known = cluster === undefined ? unlabelled : undefined;
  if (cluster !== undefined) {
    void readNamespace({ cluster, name: namespace, version, signal }).then((answer) => {
      known = answer.namespace ?? unlabelled;
      if (answer.problem !== undefined)
        log.info(
          `lines carry no labels of the namespace ${namespace}, which are optional: ${answer.problem}`,
        );
    });
  }
  return {
    pod: (wanted) => (wanted === uid ? pod : undefined),
    namespace: (wanted) => (wanted === namespace ? known : undefined),
    ownerOf: () => undefined,
    namesContainers: false,
  };
}

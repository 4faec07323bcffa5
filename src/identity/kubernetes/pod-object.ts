import * as z from "zod";
import type { Label } from "../../origin.ts";
import { metadataSchema, sortedLabels } from "./metadata.ts";

/** What is taken of a Pod of the API. */
export type PodObject = {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  /** In the order of their keys. */
  readonly labels: readonly Label[];
  /** A static pod's, which the kubelet made from a file: the 32 hex digits that stand for its uid in cgroup paths. */
  readonly configHash: string | undefined;
  /** The container's, where the pod can have no other one. */
  readonly onlyContainer: string | undefined;
  /** The container ids that its status tells of, without their scheme, older ones first, each with the container's name. */
  readonly containers: readonly (readonly [id: string, name: string])[];
  /** The pod's own; of a pod in the node's network these are the node's. */
  readonly addresses: readonly string[];
  readonly nodeAddresses: readonly string[];
};

/** The annotation of a mirror pod, which is what the API has of a static pod. */
const MIRROR = "kubernetes.io/config.mirror";

const named = z.array(z.object({ name: z.string() })).nullish();
const state = z.object({ terminated: z.object({ containerID: z.string().nullish() }).nullish() }).nullish();
const addresses = z.array(z.object({ ip: z.string() })).nullish();
const statuses = z
  .array(z.object({ name: z.string(), containerID: z.string().nullish(), state, lastState: state }))
  .nullish();

export const podSchema = z
  .object({
    metadata: metadataSchema.extend({
      namespace: z.string().min(1),
      annotations: z.object({ [MIRROR]: z.string().nullish() }).nullish(),
    }),
    spec: z.object({
      containers: z.array(z.object({ name: z.string() })),
      initContainers: named,
      ephemeralContainers: named,
    }),
    status: z
      .object({
        containerStatuses: statuses,
        initContainerStatuses: statuses,
        ephemeralContainerStatuses: statuses,
        podIPs: addresses,
        hostIPs: addresses,
        // Before Kubernetes 1.30 there is none of the hostIPs.
        hostIP: z.string().nullish(),
      })
      .nullish(),
  })
  .transform(({ metadata, spec, status }): PodObject => {
    const { uid, name, namespace, labels, annotations } = metadata;
    const others = [...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])];
    const single = spec.containers.length === 1 && others.length === 0;
    const told = [
      ...(status?.initContainerStatuses ?? []),
      ...(status?.ephemeralContainerStatuses ?? []),
      ...(status?.containerStatuses ?? []),
    ];
    return {
      uid,
      name,
      namespace,
      labels: sortedLabels(labels),
      configHash: annotations?.[MIRROR] || undefined,
      onlyContainer: single ? spec.containers[0]?.name : undefined,
      containers: [
        ...told.map((container) => [container.lastState?.terminated?.containerID, container.name] as const),
        ...told.map((container) => [container.state?.terminated?.containerID, container.name] as const),
        ...told.map((container) => [container.containerID, container.name] as const),
      ].flatMap(([id, name]) => (id ? [[withoutScheme(id), name] as const] : [])),
      addresses: (status?.podIPs ?? []).map(({ ip }) => ip),
      nodeAddresses: [...(status?.hostIPs ?? []).map(({ ip }) => ip), status?.hostIP ?? ""].filter(Boolean),
    };
  });

/** `containerd://<64 hex digits>`, and so cri-o:// and docker://. */
function withoutScheme(containerId: string): string {
  return containerId.slice(containerId.indexOf("://") + (containerId.includes("://") ? 3 : 1));
}

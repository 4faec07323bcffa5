import { NODE } from "./requirements.ts";

/** What dial does, word by word (dial.c). */
export type Words = readonly (string | number)[];

export type PodOptions = {
  readonly labels?: Readonly<Record<string, string>>;
  readonly init?: Readonly<Record<string, Words>>;
  readonly hostNetwork?: boolean;
  readonly node?: string;
  readonly restartPolicy?: "Always" | "Never";
};

const API = "v1";

/** A namespace that lets in the privileged pod, wherever Pod Security is enforced. */
export function namespace(name: string, labels: Readonly<Record<string, string>>): object {
  const privileged = { "pod-security.kubernetes.io/enforce": "privileged" };
  return { apiVersion: API, kind: "Namespace", metadata: { name, labels: { ...labels, ...privileged } } };
}

/** A pod of dial's, on the node that the tests use: its containers by their names. */
export function pod(
  image: string,
  namespace: string,
  name: string,
  containers: Readonly<Record<string, Words>>,
  options: PodOptions = {},
): object {
  const { labels = {}, init = {}, hostNetwork = false, restartPolicy = "Never", node } = options;
  return {
    apiVersion: API,
    kind: "Pod",
    metadata: { name, namespace, labels: { app: name, ...labels } },
    spec: {
      ...podSpec(image, containers, node),
      initContainers: toContainers(image, init),
      hostNetwork,
      restartPolicy,
    },
  };
}

export function service(namespace: string, name: string, app: string, port: number): object {
  const spec = { selector: { app }, ports: [{ port: 80, targetPort: port }] };
  return { apiVersion: API, kind: "Service", metadata: { name, namespace }, spec };
}

export function job(image: string, namespace: string, name: string, pods: number, words: Words): object {
  const template = { spec: { ...podSpec(image, { [name]: words }), restartPolicy: "Never" } };
  const spec = { completions: pods, parallelism: 5, backoffLimit: 0, template };
  return { apiVersion: "batch/v1", kind: "Job", metadata: { name, namespace }, spec };
}

/** A pod that is the node: its file system at /node, its network, its processes. */
export function nodePod(image: string, namespace: string, name: string): object {
  return {
    apiVersion: API,
    kind: "Pod",
    metadata: { name, namespace },
    spec: {
      ...podSpec(image, {}),
      hostNetwork: true,
      hostPID: true,
      containers: [
        {
          ...toContainers(image, { node: ["sleep", 100_000] })[0],
          securityContext: { privileged: true },
          volumeMounts: [{ name: "root", mountPath: "/node" }],
        },
      ],
      volumes: [{ name: "root", hostPath: { path: "/" } }],
    },
  };
}

function podSpec(image: string, containers: Readonly<Record<string, Words>>, node = NODE) {
  return {
    nodeSelector: { "kubernetes.io/hostname": node },
    terminationGracePeriodSeconds: 1,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    containers: toContainers(image, containers),
  };
}

function toContainers(image: string, containers: Readonly<Record<string, Words>>): readonly object[] {
  return Object.entries(containers).map(([name, words]) => ({ name, image, args: words.map(String) }));
}

/** Objects as the API has them, with more than netlog takes of them. */
type PodParts = {
  readonly uid: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly version?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly containers?: readonly string[];
  readonly initContainers?: readonly string[];
  readonly ephemeralContainers?: readonly string[];
  readonly status?: Readonly<Record<string, unknown>>;
};

export function pod({ uid, name = `pod-${uid}`, namespace = "shop", version = "1", ...parts }: PodParts) {
  const { labels, annotations, containers = ["web"], initContainers, ephemeralContainers, status } = parts;
  const named = (names: readonly string[] | undefined) => names?.map((name) => ({ name, image: "any" }));
  return {
    kind: "Pod",
    metadata: {
      uid,
      name,
      namespace,
      resourceVersion: version,
      labels,
      annotations,
      managedFields: [{ manager: "x" }],
    },
    spec: {
      nodeName: "node-1",
      containers: named(containers),
      initContainers: named(initContainers),
      ephemeralContainers: named(ephemeralContainers),
    },
    status: status ?? { phase: "Pending" },
  };
}

export function namespace(
  name: string,
  { uid = `uid-of-${name}`, labels }: { uid?: string; labels?: object } = {},
) {
  return { kind: "PartialObjectMetadata", metadata: { uid, name, resourceVersion: "1", labels } };
}

/** 64 hex digits, the same ones for the same letter. */
export function id(letter: string): string {
  return letter.charCodeAt(0).toString(16).repeat(32);
}

export function running(name: string, containerId: string, last?: string) {
  const lastState =
    last === undefined ? {} : { terminated: { containerID: `containerd://${last}`, exitCode: 1 } };
  return { name, containerID: `containerd://${containerId}`, state: { running: {} }, lastState };
}

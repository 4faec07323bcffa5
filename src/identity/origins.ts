import type { Label, Origin } from "../origin.ts";
import type { Place } from "./cgroup/path.ts";
import type { Namespace } from "./kubernetes/namespace-object.ts";
import type { Pod } from "./kubernetes/pods.ts";

/** What is known of pods and namespaces; kubernetes/watch-cluster.ts keeps it. Look-ups read memory only. */
export type PodDirectory = {
  readonly pod: (uid: string) => Pod | undefined;
  readonly namespace: (name: string) => Namespace | undefined;
  /** Whether an address, without a zone, is this node's, or that of one of its pods. */
  readonly ownerOf: (address: string) => "node" | "pod" | undefined;
  /** Whether it tells containers' names, now or later. */
  readonly namesContainers: boolean;
};

export type OriginsOptions = {
  /** By the id of a control group. */
  readonly placeOf: (cgroup: number) => Place | undefined;
  /** Undefined without Kubernetes: then a container's id is all that is said of it. */
  readonly directory: PodDirectory | undefined;
  readonly chosen: ChosenLabels;
};

/** Which labels lines carry. */
export type ChosenLabels = {
  readonly namespace: (labels: readonly Label[]) => readonly Label[];
  readonly pod: (labels: readonly Label[]) => readonly Label[];
};

/** `complete`: waiting would bring nothing more. */
export type Attribution = { readonly origin: Origin; readonly complete: boolean };

type Known = {
  readonly pod: Pod | undefined;
  readonly namespace: Namespace | undefined;
  readonly container: string | undefined;
};

/** From a control group to where its tasks run. An origin is made once and given out until something of it changes. */
export class Origins {
  readonly #options: OriginsOptions;
  #made = new WeakMap<Place, Known & { readonly attribution: Attribution }>();
  #chosen: ChosenLabels;
  readonly #nowhere: Attribution;

  constructor(options: OriginsOptions) {
    this.#options = options;
    this.#chosen = options.chosen;
    this.#nowhere = {
      origin: options.directory === undefined ? {} : { unresolved: true },
      complete: false,
    };
  }

  of(cgroup: number): Attribution {
    const place = this.#options.placeOf(cgroup);
    if (place === undefined) return this.#nowhere;
    const known = this.#look(place);
    const made = this.#made.get(place);
    if (
      made !== undefined &&
      made.pod === known.pod &&
      made.namespace === known.namespace &&
      made.container === known.container
    )
      return made.attribution;
    const attribution = this.#make(place, known);
    this.#made.set(place, { ...known, attribution });
    return attribution;
  }

  /** From now on lines carry other labels: every origin is made anew. */
  choose(chosen: ChosenLabels): void {
    this.#chosen = chosen;
    this.#made = new WeakMap();
  }

  #look({ podUid, containerId }: Place): Known {
    const { directory } = this.#options;
    const pod = podUid === undefined ? undefined : directory?.pod(podUid);
    return {
      pod,
      namespace: pod === undefined ? undefined : directory?.namespace(pod.namespace),
      container: containerId === undefined ? undefined : pod?.containerNameOf(containerId),
    };
  }

  #make(place: Place, { pod, namespace, container }: Known): Attribution {
    const { directory } = this.#options;
    const { podUid, containerId, unit } = place;
    if (podUid === undefined && containerId === undefined) {
      return { origin: unit === undefined ? { host: true } : { host: true, unit }, complete: true };
    }
    const inContainer = containerId === undefined ? {} : { containerId };
    if (podUid === undefined) return { origin: inContainer, complete: true };
    if (directory === undefined) return { origin: { ...inContainer, podUid }, complete: true };
    if (pod === undefined) {
      return { origin: { ...inContainer, podUid, unresolved: true }, complete: false };
    }
    const inPod: Origin = {
      ...inContainer,
      ...(container === undefined ? {} : { container }),
      podUid: pod.uid,
      pod: pod.name,
      namespace: pod.namespace,
      podLabels: this.#chosen.pod(pod.labels),
      allPodLabels: pod.labels,
    };
    if (namespace === undefined) return { origin: { ...inPod, unresolved: true }, complete: false };
    return {
      origin: {
        ...inPod,
        namespaceLabels: this.#chosen.namespace(namespace.labels),
        allNamespaceLabels: namespace.labels,
      },
      complete: containerId === undefined || container !== undefined || !directory.namesContainers,
    };
  }
}

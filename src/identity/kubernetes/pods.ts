import type { Label } from "../../origin.ts";
import type { PodObject } from "./pod-object.ts";
import type { Identity, Store } from "./reflector.ts";
import { Remembered, type RememberedOptions } from "./remembered.ts";

/** Of one pod. Each restart of a container brings one more. */
const MAX_CONTAINER_IDS = 128;

export type Pod = {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  /** In the order of their keys. */
  readonly labels: readonly Label[];
  /**
   * The name of the pod's container with this id (64 hex digits). Where the pod can have but one container it is that
   * one's for any id, also before the status tells of it. Undefined: not told (yet).
   */
  readonly containerNameOf: (containerId: string) => string | undefined;
};

type Known = { readonly pod: PodObject; readonly view: Pod; readonly names: Map<string, string> };

/** The pods by uid, or by the hash that stands for a static pod's; for a while also after they were deleted. */
export class Pods implements Store<PodObject> {
  readonly #live = new Map<string, Known>();
  readonly #gone: Remembered<Known>;
  readonly #uidOfName = new Map<string, string>();
  readonly #uidOfHash = new Map<string, string>();
  /** Made at the next look-up after a pod has changed. */
  #owners: ReadonlyMap<string, "node" | "pod"> | undefined;

  constructor(options: RememberedOptions) {
    this.#gone = new Remembered(options, ({ pod }) => dropIfSame(this.#uidOfHash, pod.configHash, pod.uid));
  }

  get(uidOrHash: string): Pod | undefined {
    const known = this.#known(uidOrHash) ?? this.#known(this.#uidOfHash.get(uidOrHash) ?? "");
    return known?.view;
  }

  /** Whose address it is, as the statuses of the pods that are there have it. */
  ownerOf(address: string): "node" | "pod" | undefined {
    this.#owners ??= ownersOf([...this.#live.values()].map(({ pod }) => pod));
    return this.#owners.get(address);
  }

  replace(pods: readonly PodObject[]): void {
    const listed = new Set(pods.map(({ uid }) => uid));
    for (const uid of this.#live.keys()) if (!listed.has(uid)) this.#retire(uid);
    for (const pod of pods) this.put(pod);
  }

  put(pod: PodObject): void {
    const key = nameKey(pod);
    const sameName = this.#uidOfName.get(key);
    // A pod that was made anew under its name can come as the old one's change.
    if (sameName !== undefined && sameName !== pod.uid) this.#retire(sameName);
    const names = (this.#live.get(pod.uid) ?? this.#gone.take(pod.uid))?.names ?? new Map();
    remember(names, pod.containers);
    this.#live.set(pod.uid, { pod, names, view: viewOf(pod, names) });
    this.#owners = undefined;
    this.#uidOfName.set(key, pod.uid);
    // Anybody who may create pods can write this annotation: it takes nothing over from a pod that is there.
    const holder = this.#uidOfHash.get(pod.configHash ?? "");
    const taken = holder !== undefined && this.#live.has(holder);
    if (pod.configHash !== undefined && !taken) this.#uidOfHash.set(pod.configHash, pod.uid);
  }

  remove({ uid }: Identity, last: PodObject | undefined): void {
    // It can tell of containers that lived and died since the state before.
    if (last !== undefined && this.#live.has(uid)) this.put(last);
    this.#retire(uid);
  }

  #known(uid: string): Known | undefined {
    return this.#live.get(uid) ?? this.#gone.get(uid);
  }

  #retire(uid: string): void {
    const known = this.#live.get(uid);
    if (known === undefined) return;
    this.#live.delete(uid);
    this.#owners = undefined;
    dropIfSame(this.#uidOfName, nameKey(known.pod), uid);
    this.#gone.add(uid, known);
  }
}

function viewOf({ uid, name, namespace, labels, onlyContainer }: PodObject, names: Map<string, string>): Pod {
  return { uid, name, namespace, labels, containerNameOf: (id) => names.get(id) ?? onlyContainer };
}

/** What is the node's comes last, and wins: pods in the node's network have its addresses. */
function ownersOf(pods: readonly PodObject[]): ReadonlyMap<string, "node" | "pod"> {
  return new Map([
    ...pods.flatMap(({ addresses }) => addresses.map((address) => [address, "pod"] as const)),
    ...pods.flatMap(({ nodeAddresses }) => nodeAddresses.map((address) => [address, "node"] as const)),
  ]);
}

/** The latest are last, and the first ones are dropped beyond the bound. */
function remember(names: Map<string, string>, containers: PodObject["containers"]): void {
  for (const [id, name] of containers) {
    names.delete(id);
    names.set(id, name);
  }
  for (const id of names.keys()) {
    if (names.size <= MAX_CONTAINER_IDS) return;
    names.delete(id);
  }
}

function nameKey({ namespace, name }: PodObject): string {
  return `${namespace}/${name}`;
}

/** A newer one may have taken the key over. */
function dropIfSame(map: Map<string, string>, key: string | undefined, value: string): void {
  if (key !== undefined && map.get(key) === value) map.delete(key);
}

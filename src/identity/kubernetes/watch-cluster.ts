import type { Cluster } from "./cluster.ts";
import { type Namespace, namespaceSchema } from "./namespace-object.ts";
import { Namespaces } from "./namespaces.ts";
import { podSchema } from "./pod-object.ts";
import { type Pod, Pods } from "./pods.ts";
import { Reflector } from "./reflector.ts";
import { TIMES, type Times } from "./times.ts";
import { type Log, WatchAccount, type WatchState } from "./watch-state.ts";

/** Of deleted pods and namespaces each. */
const MAX_REMEMBERED = 2000;
const REMEMBER_MS = 600_000;

const JSON_OBJECTS = { list: "application/json", watch: "application/json" };
const METADATA_ONLY = {
  list: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
  watch: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
};

export type WatchClusterOptions = {
  readonly cluster: Cluster;
  readonly nodeName: string;
  /** netlog's own, for the User-Agent. */
  readonly version: string;
  /** Ends the watches. */
  readonly signal: AbortSignal;
  /** Problems, once when they begin and once when they end. */
  readonly log: Log;
  /** How long deleted pods and namespaces are still found. */
  readonly rememberMs?: number;
  /** Other than the real ones in tests only. */
  readonly times?: Times;
  readonly random?: () => number;
  readonly now?: () => number;
};

/** What the API has told of this node's pods and of all namespaces. Look-ups are of memory alone. */
export type ClusterView = {
  /** By the uid as the API writes it (with dashes), or by the hash that stands for a static pod's uid in cgroup paths. */
  readonly pod: (uid: string) => Pod | undefined;
  readonly namespace: (name: string) => Namespace | undefined;
  /** Whether an address, without a zone, is this node's, or that of one of its pods. */
  readonly ownerOf: (address: string) => "node" | "pod" | undefined;
  readonly namesContainers: true;
  /** Both lists have come: what is not found now is late or does not exist. */
  readonly synced: boolean;
  /** A sentence with the cause, while one of the watches does not work. */
  readonly problem: string | undefined;
  readonly watches: { readonly pods: WatchState; readonly namespaces: WatchState };
  /** Resolves when the signal has aborted and nothing is left. It never rejects. */
  readonly done: Promise<void>;
};

/** Watches the pods of one node, and the metadata of all namespaces. */
export function watchCluster(options: WatchClusterOptions): ClusterView {
  const { cluster, version, signal, log } = options;
  const { rememberMs = REMEMBER_MS, times = TIMES, random = Math.random } = options;
  const { now = () => performance.now() } = options;
  const remembered = { ms: rememberMs, max: MAX_REMEMBERED, now };
  const pods = new Pods(remembered);
  const namespaces = new Namespaces(remembered);
  const accounts = {
    pods: new WatchAccount("pods", log, now),
    namespaces: new WatchAccount("namespaces", log, now),
  };
  const reflectors = [
    new Reflector({
      request: {
        cluster,
        version,
        signal,
        resource: "pods",
        path: "/api/v1/pods",
        query: { fieldSelector: `spec.nodeName=${options.nodeName}` },
      },
      accept: JSON_OBJECTS,
      schema: podSchema,
      store: pods,
      account: accounts.pods,
      times,
      random,
    }),
    new Reflector({
      request: { cluster, version, signal, resource: "namespaces", path: "/api/v1/namespaces" },
      accept: METADATA_ONLY,
      schema: namespaceSchema,
      store: namespaces,
      account: accounts.namespaces,
      times,
      random,
    }),
  ];
  const done = Promise.all(reflectors.map((reflector) => reflector.run())).then(() => {});
  return {
    pod: (uid) => pods.get(uid),
    namespace: (name) => namespaces.get(name),
    ownerOf: (address) => pods.ownerOf(address),
    namesContainers: true,
    watches: accounts,
    done,
    get synced() {
      return accounts.pods.listed && accounts.namespaces.listed;
    },
    get problem() {
      return accounts.pods.problem ?? accounts.namespaces.problem;
    },
  };
}

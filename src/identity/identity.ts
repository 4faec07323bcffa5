import type { Logger } from "pino";
import type { SocketEvent } from "../event.ts";
import type { Origin } from "../origin.ts";
import type { CgroupRecord } from "../probe-record.ts";
import { Cgroups } from "./cgroup/cgroups.ts";
import { findCluster, nodeName } from "./kubernetes/cluster.ts";
import { type ClusterView, watchCluster } from "./kubernetes/watch-cluster.ts";
import type { WatchState } from "./kubernetes/watch-state.ts";
import { type LabelPatterns, labelFilter } from "./labels.ts";
import { type ChosenLabels, Origins, type PodDirectory } from "./origins.ts";
import type { OwnPod } from "./own-pod.ts";
import { ownPodDirectory } from "./own-pod-directory.ts";
import { WaitingEvents } from "./waiting.ts";

/** Some 10 MB; at 5,000 events/s all of which must wait, two seconds' worth. */
const MAX_WAITING = 10_000;
/** How often those that wait are looked at again. */
const LOOK_EVERY_MS = 100;

type Labels = { readonly namespace: LabelPatterns; readonly pod: LabelPatterns };

export type IdentityOptions = {
  readonly kubernetes: "auto" | "on" | "off";
  readonly labels: Labels;
  /** Where only this pod's events are wanted. */
  readonly ownPod: OwnPod | undefined;
  /** How long an event waits for a name that is late, milliseconds. */
  readonly waitMs: number;
  /** Of cgroup v1 the controller whose hierarchy the records' ids are of. */
  readonly controller: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly log: Logger;
  /** Ends the watches of the API. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: SocketEvent, origin: Origin) => void;
};

/** Whose socket each event is: its container, pod and namespace. Events go in and come out with their origin. */
export class Identity implements Disposable {
  readonly #cgroups: Cgroups;
  readonly #origins: Origins;
  readonly #directory: PodDirectory | undefined;
  readonly #waiting: WaitingEvents;
  readonly #timer: NodeJS.Timeout;
  readonly #ownUid: string | undefined;
  readonly #cluster: ClusterView | undefined;
  #outOfScope = 0;

  constructor(
    { labels, waitMs, controller, ownPod, log, onEvent }: IdentityOptions,
    directory: PodDirectory | undefined,
    cluster?: ClusterView,
  ) {
    this.#cluster = cluster;
    this.#directory = directory;
    this.#ownUid = ownPod?.uid;
    this.#cgroups = new Cgroups({ controller, onProblem: (message) => log.warn(message) });
    this.#origins = new Origins({
      placeOf: (cgroup) => this.#cgroups.placeOf(cgroup),
      directory,
      chosen: chosen(labels),
    });
    this.#waiting = new WaitingEvents({
      originOf: (cgroup) => this.#origins.of(cgroup),
      onEvent: (event, origin) => {
        if (this.#ownUid === undefined || this.#ownUid === origin.podUid) onEvent(event, origin);
        else this.#outOfScope++;
      },
      waitMs,
      max: MAX_WAITING,
    });
    this.#timer = setInterval(() => this.#waiting.look(performance.now()), LOOK_EVERY_MS);
  }

  take(event: SocketEvent): void {
    if (this.#ownUid !== undefined && this.#isOthers(event)) this.#outOfScope++;
    else this.#waiting.take(event, performance.now());
  }

  takeCgroup(record: CgroupRecord): void {
    this.#cgroups.take(record);
  }

  /** Where the hierarchy of control groups is mounted as a whole; undefined as long as it is not known. */
  get groupsTop(): string | undefined {
    return this.#cgroups.top;
  }

  /** Looks up what came unseen: to be called when the probes are attached, and now and then while they are not. */
  async lookAround(): Promise<void> {
    await this.#cgroups.walk();
  }

  /** Labels take effect with the next line, also of an event that waits; the time to wait with the next event. */
  reconfigure({ labels, waitMs }: Pick<IdentityOptions, "labels" | "waitMs">): void {
    this.#origins.choose(chosen(labels));
    this.#waiting.waitMs = waitMs;
  }

  /** Whether an address is this node's, or that of one of its pods, as far as the API has told. */
  ownerOf(address: string): "node" | "pod" | undefined {
    return this.#directory?.ownerOf(address);
  }

  /** Why pods may go unnamed; undefined where they do not, or need no name. */
  get problem(): string | undefined {
    if (this.#cluster === undefined) return undefined;
    const { problem, synced } = this.#cluster;
    return problem ?? (synced ? undefined : "the API server has not told of pods and namespaces yet");
  }

  /** How the watches of the API stand, by resource; none where there are none. */
  get watches(): Readonly<Record<string, WatchState>> {
    return this.#cluster?.watches ?? {};
  }

  /** For `#stats`: what waited, in vain, was cut short by too many others, is known of control groups; what the API took. */
  get counts(): Readonly<Record<string, number>> {
    const { waited, expired, cut } = this.#waiting;
    const counts = {
      ...(this.#ownUid === undefined ? {} : { out_of_scope: this.#outOfScope }),
      waited,
      waited_expired: expired,
      waited_cut: cut,
      cgroups: this.#cgroups.table.size,
    };
    if (this.#cluster === undefined) return counts;
    const watches = Object.values(this.#cluster.watches).map(({ counters }) => counters);
    return {
      ...counts,
      "api.requests": sum(watches.map(({ requests }) => requests)),
      "api.failures": sum(watches.flatMap(({ failures }) => Object.values(failures))),
      "api.skipped": sum(watches.map(({ skipped }) => skipped)),
    };
  }

  /** Gives on what still waits. */
  drain(): void {
    this.#waiting.drain();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#cgroups.close();
  }

  /** Known to be another pod's or the host's: what is not known yet waits first. */
  #isOthers({ cgroup }: SocketEvent): boolean {
    const place = this.#cgroups.placeOf(cgroup);
    return place !== undefined && place.podUid !== this.#ownUid;
  }
}

/**
 * Starts to watch the API where there is one.
 * @throws ClusterError where the configuration wants one that cannot be used
 */
export async function startIdentity(options: IdentityOptions): Promise<Identity> {
  const { kubernetes, ownPod, env, version, log, signal } = options;
  const cluster = await findCluster(kubernetes, env);
  if (ownPod !== undefined)
    return new Identity(options, ownPodDirectory(ownPod, cluster, { version, log, signal }));
  if (cluster === undefined) {
    if (kubernetes === "auto")
      log.info(
        "no Kubernetes API here (no pod's service account, no KUBECONFIG): containers go by their ids",
      );
    return new Identity(options, undefined);
  }
  const node = nodeName(env);
  log.info(`watching the pods of node ${node}, by ${cluster.source}`);
  const say = (level: "info" | "warn", message: string) => log[level](message);
  const view = watchCluster({ cluster, nodeName: node, version, signal, log: say });
  return new Identity(options, view, view);
}

function chosen({ namespace, pod }: Labels): ChosenLabels {
  return { namespace: labelFilter(namespace), pod: labelFilter(pod) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => one + other, 0);
}

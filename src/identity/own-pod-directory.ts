import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { Cluster } from "./kubernetes/cluster.ts";
import { ApiFailure } from "./kubernetes/errors.ts";
import type { Namespace } from "./kubernetes/namespace-object.ts";
import { pauseMs } from "./kubernetes/pause.ts";
import { readNamespace } from "./kubernetes/read-namespace.ts";
import { TIMES, type Times } from "./kubernetes/times.ts";
import type { PodDirectory } from "./origins.ts";
import type { OwnPod } from "./own-pod.ts";

/** Some six minutes, or fifteen where it is forbidden: the API server is back by then, and the role bound. */
const MAX_TRIES = 20;

type Options = {
  readonly version: string;
  readonly log: Pick<Logger, "info">;
  readonly signal: AbortSignal;
  /** Other than the real ones in tests only. */
  readonly times?: Times;
  readonly random?: () => number;
};

/**
 * What a sidecar knows: its own pod from the downward API, and its namespace's labels as the API tells them once, when
 * it does. Until its first answer lines wait for the labels; after one without them they go out, and it is asked again.
 * Containers go by their ids.
 */
export function ownPodDirectory(
  { uid, name, namespace }: OwnPod,
  cluster: Cluster | undefined,
  options: Options,
): PodDirectory {
  const pod = { uid, name, namespace, labels: [], containerNameOf: () => undefined };
  const unlabelled: Namespace = { uid: "", name: namespace, labels: [] };
  let known = cluster === undefined ? unlabelled : undefined;
  const take = (found: Namespace | undefined) => {
    known = found ?? unlabelled;
  };
  if (cluster !== undefined) void readLabels(namespace, cluster, options, take);
  return {
    pod: (wanted) => (wanted === uid ? pod : undefined),
    namespace: (wanted) => (wanted === namespace ? known : undefined),
    ownerOf: () => undefined,
    namesContainers: false,
  };
}

/** Asks until there is an answer, a number of times at most, or until the signal. It never rejects. */
async function readLabels(
  name: string,
  cluster: Cluster,
  { version, log, signal, times = TIMES, random = Math.random }: Options,
  take: (namespace: Namespace | undefined) => void,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const answer = await readNamespace({ cluster, name, version, signal, times });
    if (signal.aborted) return;
    if (!(answer instanceof ApiFailure)) {
      take(answer);
      if (tries > 1) log.info(`lines carry the labels of the namespace ${name} from now on`);
      return;
    }
    const without = `lines carry no labels of the namespace ${name}, which are optional: ${answer.message}`;
    if (tries === MAX_TRIES) {
      log.info(`${without}; that was the last of ${tries} tries`);
      return;
    }
    take(undefined);
    if (tries === 1) log.info(`${without}; it is tried again`);
    await delay(pauseMs(answer, tries, random(), times), undefined, { signal }).catch(() => {});
  }
}

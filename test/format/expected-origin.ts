import type { Label, Origin } from "../../src/origin.ts";

/** What text says of an origin of which nothing is too long, under its own keys. */
export function expectedOrigin(origin: Origin): Record<string, string | undefined> {
  const { namespaceLabels = [], podLabels = [] } = origin;
  const labels = { ...expectedLabels("ns.", namespaceLabels), ...expectedLabels("pod.", podLabels) };
  const truncated = namespaceLabels.length + podLabels.length - Object.keys(labels).length;
  const isNamed = origin.pod !== undefined && origin.container !== undefined;
  return {
    namespace: origin.namespace?.toWellFormed(),
    pod: origin.pod?.toWellFormed(),
    container: origin.container?.toWellFormed(),
    host: origin.host && "true",
    unit: origin.unit?.toWellFormed(),
    container_id: isNamed ? undefined : origin.containerId?.toWellFormed(),
    k8s: origin.unresolved && "unresolved",
    ...labels,
    truncated: truncated === 0 ? undefined : String(truncated),
  };
}

/** The first label of each key that Kubernetes would take. */
function expectedLabels(prefix: string, labels: readonly Label[]): Record<string, string> {
  const taken = labels.filter(([key]) => key.length <= 317 && /^[\w./-]+$/.test(key));
  const first = taken.filter(([key], index) => taken.findIndex(([other]) => other === key) === index);
  return Object.fromEntries(first.map(([key, value]) => [prefix + key, value.toWellFormed()]));
}

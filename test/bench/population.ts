import { randomBytes, randomUUID } from "node:crypto";
import type { SocketEvent } from "../../src/event.ts";
import type { PodObject } from "../../src/identity/kubernetes/pod-object.ts";
import type { Label } from "../../src/origin.ts";

export const PODS = 500;
/** Containers of each pod that run, and that have run. */
export const CONTAINERS = 2;
export const DEAD = 20;

const NAMESPACES = 50;
const POD_LABELS = 10;
const NAMESPACE_LABELS = 5;

/** A control group that a probe has told of. */
export type Group = { readonly id: number; readonly path: string; readonly dead: boolean };

export type PopulatedPod = { readonly object: PodObject; readonly groups: readonly Group[] };

/** The pods of a full node, with the control groups of their containers. */
export function populate(): readonly PopulatedPod[] {
  let id = 1000;
  return Array.from({ length: PODS }, (_, number) => {
    const uid = randomUUID();
    const slice = `kubepods-burstable-pod${uid.replaceAll("-", "_")}.slice`;
    const containers = Array.from({ length: CONTAINERS + DEAD }, () => randomBytes(32).toString("hex"));
    return {
      object: {
        uid,
        name: `service-${number}-7d9f8c6b5-x2x${number}`,
        namespace: `team-${number % NAMESPACES}`,
        labels: labels(POD_LABELS),
        configHash: undefined,
        onlyContainer: undefined,
        containers: containers.map((container, index) => [container, index % 2 === 0 ? "app" : "proxy"]),
        addresses: [],
        nodeAddresses: [],
      },
      groups: containers.map((container, index) => ({
        id: id++,
        path: `/kubepods.slice/kubepods-burstable.slice/${slice}/cri-containerd-${container}.scope`,
        dead: index >= CONTAINERS,
      })),
    };
  });
}

export function namespaces() {
  return Array.from({ length: NAMESPACES }, (_, number) => ({
    uid: randomUUID(),
    name: `team-${number}`,
    labels: labels(NAMESPACE_LABELS),
  }));
}

export function eventIn(cgroup: number, number: number): SocketEvent {
  return {
    kind: "tcp.connect",
    bootUs: 1_000_000 + number,
    process: { pid: 4711 + number, uid: 1000, comm: "service" },
    cgroup,
    local: { address: "10.244.3.17", port: 40_000 + (number % 20_000) },
    peer: { address: "10.96.0.10", port: 443 },
    netns: 4_026_532_000,
    conn: String(7_000_000 + number),
  };
}

/** Some 50 bytes each, as `app.kubernetes.io/component=checkout-service` is. */
function labels(count: number): readonly Label[] {
  return Array.from({ length: count }, (_, number) => [
    `app.kubernetes.io/part-${number}`,
    randomBytes(12).toString("hex"),
  ]);
}

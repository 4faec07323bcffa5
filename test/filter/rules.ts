import { parseConfig } from "../../src/config.ts";
import type { SocketEvent } from "../../src/event.ts";
import { Filter, type NodeView } from "../../src/filter/filter.ts";
import type { Origin } from "../../src/origin.ts";
import type { FilterEntry } from "../../src/rule.ts";

/** A rule as the configuration has it; `{ comm: "a" }` is one that drops, of the name `rule`. */
export type Written = Readonly<Record<string, unknown>>;

export function entries(...rules: readonly Written[]): readonly FilterEntry[] {
  const named = rules.map((rule) => ("preset" in rule ? rule : { name: "rule", action: "drop", ...rule }));
  return parseConfig(JSON.stringify({ filters: named }), "config.yaml", {}).filters as readonly FilterEntry[];
}

/** A node that has 10.0.0.1, with a pod that has 10.42.0.5; netlog's pid is 77. */
export const NODE: NodeView = {
  isOfNode: (address) => address === "10.0.0.1",
  isOfPod: (address) => address === "10.42.0.5",
  isNetlog: (pid) => pid === 77,
};

export function newFilter(...rules: readonly Written[]): Filter {
  return new Filter(entries(...rules), NODE);
}

export const CONNECT: SocketEvent = {
  kind: "tcp.connect",
  bootUs: 1,
  process: { pid: 3206, uid: 1000, comm: "curl" },
  cgroup: 1,
  local: { address: "10.42.0.5", port: 40_000 },
  peer: { address: "192.0.2.7", port: 443 },
  netns: 1,
  conn: "9557",
};

export const IN_POD: Origin = {
  containerId: "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
  container: "web",
  podUid: "0d5f0a0c-6b0e-4f0a-9d1c-9f3c8f2d6f11",
  pod: "web-7d9f8",
  namespace: "shop",
  namespaceLabels: [],
  podLabels: [],
  allNamespaceLabels: [
    ["env", "prod"],
    ["team", "payments"],
  ],
  allPodLabels: [
    ["app", "web"],
    ["canary", ""],
  ],
};
export const ON_HOST: Origin = { host: true, unit: "ssh.service" };

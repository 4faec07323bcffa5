import assert from "node:assert/strict";
import { test } from "node:test";
import type { SocketEvent } from "../../src/event.ts";
import type { Origin } from "../../src/origin.ts";
import { CONNECT, IN_POD, newFilter, ON_HOST } from "./rules.ts";

const at = (address: string, port = 8080) => ({ address, port });
const KUBELET = { pid: 700, uid: 0, comm: "kubelet" };
const PROBED = { kind: "tcp.accept", local: at("10.42.0.5"), peer: at("10.0.0.1", 51_000) } as const;
const PROBE = { process: KUBELET, local: at("10.0.0.1", 51_000), peer: at("10.42.0.5") } as const;
const LOOP = { local: at("127.0.0.1"), peer: at("127.8.9.10") } as const;
const OWN = { pid: 77, uid: 0, comm: "netlog" };

for (const [preset, what, isDropped, change, origin] of [
  ["kubelet-probes", "a pod's accept from the node", true, PROBED, IN_POD],
  ["kubelet-probes", "a pod's close with the node", true, { ...PROBED, kind: "tcp.close" }, IN_POD],
  ["kubelet-probes", "a pod's connect to the node", false, { peer: at("10.0.0.1", 10_250) }, IN_POD],
  ["kubelet-probes", "a pod's accept from elsewhere", false, { ...PROBED, peer: at("10.0.0.2") }, IN_POD],
  ["kubelet-probes", "an accept of the host from itself", false, PROBED, ON_HOST],
  ["kubelet-probes", "an accept of a container that is no pod's", false, PROBED, { containerId: "5f70" }],
  ["kubelet-probes", "an accept of nobody knows whom", false, PROBED, { unresolved: true }],
  ["kubelet-probes", "the kubelet's connect to a pod", true, PROBE, ON_HOST],
  ["kubelet-probes", "its refused connect to a pod", true, { ...PROBE, error: "ECONNREFUSED" }, ON_HOST],
  ["kubelet-probes", "its close with a pod", true, { ...PROBE, kind: "tcp.close" }, ON_HOST],
  ["kubelet-probes", "its accept", false, { ...PROBE, kind: "tcp.accept" }, ON_HOST],
  [
    "kubelet-probes",
    "its connect to the API server",
    false,
    { ...PROBE, peer: at("10.0.0.9", 6443) },
    ON_HOST,
  ],
  ["kubelet-probes", "its connect to its own node", false, { ...PROBE, peer: at("10.0.0.1") }, ON_HOST],
  ["kubelet-probes", "a connect to a pod in a pod that calls itself kubelet", false, PROBE, IN_POD],
  [
    "kubelet-probes",
    "another host process's to a pod",
    false,
    { ...PROBE, process: CONNECT.process },
    ON_HOST,
  ],
  ["loopback", "a connect over IPv4 loopback", true, LOOP, IN_POD],
  [
    "loopback",
    "a close over IPv6 loopback",
    true,
    { kind: "tcp.close", local: at("::1"), peer: at("::1") },
    ON_HOST,
  ],
  ["loopback", "one end loopback", false, { ...LOOP, local: at("10.0.0.1") }, ON_HOST],
  ["loopback", "the other end loopback", false, { ...LOOP, peer: at("128.0.0.1") }, ON_HOST],
  ["loopback", "an address that just begins so", false, { local: at("::1"), peer: at("::1:2") }, ON_HOST],
  [
    "loopback",
    "a bind on loopback",
    false,
    { kind: "udp.bind", local: at("127.0.0.1"), peer: undefined },
    ON_HOST,
  ],
  [
    "loopback",
    "the end of that socket",
    false,
    { ...LOOP, kind: "udp.close", peer: at("0.0.0.0", 0) },
    ON_HOST,
  ],
  ["netlog-itself", "netlog's connect", true, { process: OWN }, IN_POD],
  ["netlog-itself", "whom it answers", true, { ...PROBED, process: OWN }, ON_HOST],
  ["netlog-itself", "another process of that name", false, { process: { ...OWN, pid: 78 } }, IN_POD],
] as const satisfies readonly (readonly [string, string, boolean, object, Origin])[]) {
  test(`The preset ${preset} ${isDropped ? "drops" : "keeps"} ${what}`, () => {
    const event = { ...CONNECT, ...change } as SocketEvent;
    assert.equal(newFilter({ preset }).droppedBy(event, origin), isDropped ? preset : undefined);
  });
}

import assert from "node:assert/strict";
import type { NetworkInterfaceInfo } from "node:os";
import { test } from "node:test";
import type { SocketEvent } from "../../src/event.ts";
import { NodeAddresses } from "../../src/filter/node-addresses.ts";
import { CONNECT, IN_POD, ON_HOST } from "./rules.ts";

const has = (address: string, internal = false) => ({ address, internal }) as NetworkInterfaceInfo;

/** A machine with these interfaces, and what the API says, both of which a test changes under way. */
function newNode(
  interfaces: Record<string, NetworkInterfaceInfo[]>,
  owners: Record<string, "node" | "pod"> = {},
) {
  const addresses = new NodeAddresses({
    ownerOf: (address) => owners[address],
    interfaces: () => interfaces,
  });
  addresses.refresh(0);
  return addresses;
}

const probe = (source: string, change: Partial<SocketEvent> = {}): SocketEvent => ({
  ...CONNECT,
  process: { pid: 700, uid: 0, comm: "kubelet" },
  local: { address: source, port: 50_000 },
  peer: { address: "10.42.0.5", port: 8080 },
  ...change,
});

test("The node's addresses are those of its interfaces, loopback apart, whatever the zone", () => {
  const node = newNode({
    lo: [has("127.0.0.1", true), has("::1", true)],
    eth0: [has("10.0.0.1"), has("fe80::1")],
    down: undefined as never,
  });
  assert.deepEqual(
    ["10.0.0.1", "fe80::1", "fe80::1%2", "127.0.0.1", "::1", "10.0.0.2"].map((one) => node.isOfNode(one)),
    [true, true, true, false, false, false],
  );
});

test("An interface that comes or goes is noticed at the next look", () => {
  const interfaces: Record<string, NetworkInterfaceInfo[]> = { eth0: [has("10.0.0.1")] };
  const node = newNode(interfaces);
  interfaces["eth0"] = [has("10.0.0.2")];
  assert.equal(node.isOfNode("10.0.0.2"), false);
  node.refresh(1000);
  assert.deepEqual([node.isOfNode("10.0.0.2"), node.isOfNode("10.0.0.1")], [true, false]);
});

test("In a pod netlog's own interfaces are not the node's; what the API calls the node's is", () => {
  const node = newNode({ eth0: [has("10.42.0.9")] }, { "10.42.0.9": "pod", "10.0.0.1": "node" });
  assert.deepEqual(
    ["10.42.0.9", "10.0.0.1"].map((one) => node.isOfNode(one)),
    [false, true],
  );
  assert.deepEqual(
    ["10.42.0.9", "10.0.0.1", "10.9.9.9"].map((one) => node.isOfPod(one)),
    [true, false, false],
  );
});

test("From where the kubelet reached a pod is an address of the node", () => {
  const node = newNode({}, { "10.42.0.5": "pod" });
  node.take(probe("10.42.0.1"), ON_HOST, 0);
  node.take(probe("fe80::9%3", { kind: "tcp.close" }), ON_HOST, 0);
  assert.deepEqual([node.isOfNode("10.42.0.1"), node.isOfNode("fe80::9%8")], [true, true]);
});

for (const [what, event, origin] of [
  ["a process in a pod that calls itself kubelet", probe("10.42.0.1"), IN_POD],
  [
    "the kubelet's connect to something else",
    probe("10.42.0.1", { peer: { address: "10.0.0.9", port: 1 } }),
    ON_HOST,
  ],
  ["its refused connect", probe("10.42.0.1", { error: "ECONNREFUSED" }), ON_HOST],
  ["its accept", probe("10.42.0.1", { kind: "tcp.accept" }), ON_HOST],
  ["another process of the host", probe("10.42.0.1", { process: CONNECT.process }), ON_HOST],
] as const) {
  test(`Nothing is learnt from ${what}`, () => {
    const node = newNode({}, { "10.42.0.5": "pod" });
    node.take(event, origin, 0);
    assert.equal(node.isOfNode("10.42.0.1"), false);
  });
}

test("A source that was not used for ten minutes is forgotten, and of many the oldest", () => {
  const node = newNode({}, { "10.42.0.5": "pod" });
  node.take(probe("10.42.0.1"), ON_HOST, 0);
  node.take(probe("10.42.0.2"), ON_HOST, 0);
  node.take(probe("10.42.0.1"), ON_HOST, 300_000);
  node.refresh(600_001);
  assert.deepEqual([node.isOfNode("10.42.0.1"), node.isOfNode("10.42.0.2")], [true, false]);
  for (let index = 0; index < 64; index++) node.take(probe(`10.43.0.${index}`), ON_HOST, 600_001);
  assert.deepEqual(
    ["10.42.0.1", "10.43.0.0", "10.43.0.63"].map((one) => node.isOfNode(one)),
    [false, true, true],
  );
});

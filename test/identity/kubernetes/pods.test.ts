import assert from "node:assert/strict";
import { test } from "node:test";
import { podSchema } from "../../../src/identity/kubernetes/pod-object.ts";
import { Pods } from "../../../src/identity/kubernetes/pods.ts";
import { id, pod, running } from "./objects.ts";

const MIRROR = "kubernetes.io/config.mirror";
const HASH = "0123456789abcdef0123456789abcdef";

function store({ ms = 1000, max = 100 } = {}) {
  const clock = { ms: 0 };
  const pods = new Pods({ ms, max, now: () => clock.ms });
  const put = (parts: Parameters<typeof pod>[0]) => pods.put(podSchema.parse(pod(parts)));
  const remove = (uid: string) => pods.remove({ uid, name: `pod-${uid}` }, undefined);
  const nameOf = (uid: string, containerId: string) => pods.get(uid)?.containerNameOf(containerId);
  return { pods, put, remove, nameOf, clock };
}

test("A pod's only container has its name before the status tells of it", () => {
  const { put, nameOf } = store();
  put({ uid: "a", containers: ["web"] });
  assert.equal(nameOf("a", id("x")), "web");
});

for (const [what, others] of [
  ["two containers", { containers: ["web", "side"] }],
  ["an init container", { initContainers: ["setup"] }],
  ["an ephemeral container", { ephemeralContainers: ["debugger"] }],
] as const) {
  test(`In a pod with ${what} a container has its name when the status tells it`, () => {
    const { put, nameOf } = store();
    put({ uid: "a", containers: ["web"], ...others });
    assert.equal(nameOf("a", id("x")), undefined);
    put({ uid: "a", ...others, status: { containerStatuses: [running("web", id("x"))] } });
    assert.deepEqual([nameOf("a", id("x")), nameOf("a", id("y"))], ["web", undefined]);
  });
}

test("Init and ephemeral containers have their names too, whatever the runtime", () => {
  const { put, nameOf } = store();
  put({
    uid: "a",
    initContainers: ["setup"],
    ephemeralContainers: ["debugger"],
    status: {
      initContainerStatuses: [{ name: "setup", containerID: `cri-o://${id("i")}` }],
      ephemeralContainerStatuses: [{ name: "debugger", containerID: `docker://${id("e")}` }],
      containerStatuses: [
        { name: "web", containerID: id("w") },
        { name: "side", containerID: "", state: { waiting: {} } },
      ],
    },
  });
  assert.deepEqual(
    ["i", "e", "w"].map((letter) => nameOf("a", id(letter))),
    ["setup", "debugger", "web"],
  );
});

test("The ids of earlier runs of a container stay known", () => {
  const { put, nameOf } = store();
  const containers = ["web", "side"];
  put({ uid: "a", containers, status: { containerStatuses: [running("web", id("1"))] } });
  put({ uid: "a", containers, status: { containerStatuses: [running("web", id("3"), id("2"))] } });
  const ended = { name: "web", state: { terminated: { containerID: `containerd://${id("4")}` } } };
  put({ uid: "a", containers, status: { containerStatuses: [ended] } });
  put({ uid: "a", containers, status: {} });
  assert.deepEqual(
    ["1", "2", "3", "4", "5"].map((letter) => nameOf("a", id(letter))),
    ["web", "web", "web", "web", undefined],
  );
});

test("Of very many runs the last ones stay known, and so does a container that runs on", () => {
  const { put, nameOf } = store();
  for (let run = 0; run < 1000; run++) {
    const containerStatuses = [running("side", "steady"), running("web", `run-${run}`)];
    put({ uid: "a", containers: ["web", "side"], status: { containerStatuses } });
  }
  assert.deepEqual(
    [nameOf("a", "steady"), nameOf("a", "run-999"), nameOf("a", "run-900"), nameOf("a", "run-800")],
    ["side", "web", "web", undefined],
  );
});

test("A static pod is found by its uid and by the hash in cgroup paths", () => {
  const { pods, put, remove, clock } = store();
  put({ uid: "a", name: "etcd-node-1", annotations: { [MIRROR]: HASH, other: "x" } });
  assert.deepEqual([pods.get("a")?.name, pods.get(HASH)?.name], ["etcd-node-1", "etcd-node-1"]);
  remove("a");
  assert.equal(pods.get(HASH)?.uid, "a");
  put({ uid: "b", name: "etcd-node-1", annotations: { [MIRROR]: HASH } });
  assert.deepEqual([pods.get(HASH)?.uid, pods.get("a")?.uid], ["b", "a"]);
  clock.ms = 1000;
  remove("b"); // which forgets the first one
  assert.deepEqual([pods.get(HASH)?.uid, pods.get("a")], ["b", undefined]);
  clock.ms = 2000;
  assert.equal(pods.get(HASH), undefined);
});

test("A pod that claims another one's hash does not get it", () => {
  const { pods, put } = store();
  put({ uid: "a", annotations: { [MIRROR]: HASH } });
  put({ uid: "b", annotations: { [MIRROR]: HASH } });
  put({ uid: "c", annotations: { [MIRROR]: "a" } });
  assert.deepEqual([pods.get(HASH)?.uid, pods.get("a")?.uid], ["a", "a"]);
});

test("A pod made anew under its name is another one, and the old one is forgotten in the end", () => {
  const { pods, put, clock } = store();
  put({ uid: "a", name: "web-0" });
  put({ uid: "b", name: "web-0" });
  assert.deepEqual([pods.get("a")?.uid, pods.get("b")?.uid], ["a", "b"]);
  put({ uid: "c", name: "web-0", namespace: "other" });
  clock.ms = 1000;
  assert.deepEqual([pods.get("a"), pods.get("b")?.uid, pods.get("c")?.uid], [undefined, "b", "c"]);
});

test("A pod that comes back from among the deleted ones has all its containers' names", () => {
  const { pods, put, nameOf, clock } = store();
  const containers = ["web", "side"];
  put({ uid: "a", containers, status: { containerStatuses: [running("web", id("1"))] } });
  pods.replace([]);
  put({ uid: "a", containers });
  clock.ms = 5000;
  assert.equal(nameOf("a", id("1")), "web");
});

test("Of the deleted pods a bounded number is remembered, the newest", () => {
  const { pods, put, remove } = store({ max: 2 });
  for (const uid of ["a", "b", "c"]) put({ uid });
  for (const uid of ["a", "b", "c"]) remove(uid);
  assert.deepEqual(
    ["a", "b", "c"].map((uid) => pods.get(uid)?.uid),
    [undefined, "b", "c"],
  );
});

test("The end of a pod that is not known, or known as another, ends nothing", () => {
  const { pods, put } = store({ ms: 0 });
  put({ uid: "b", name: "web-0" });
  pods.remove({ uid: "a", name: "web-0" }, podSchema.parse(pod({ uid: "a", name: "web-0" })));
  assert.deepEqual([pods.get("a"), pods.get("b")?.name], [undefined, "web-0"]);
});

test("An address is a pod's or the node's as the pods' statuses have it, and nobody's when the pod is gone", () => {
  const { pods, put, remove } = store();
  const hostIPs = [{ ip: "10.0.0.1" }, { ip: "2001:db8::1" }];
  put({
    uid: "a",
    status: { podIPs: [{ ip: "10.42.0.5" }, { ip: "fd00::5" }], hostIP: "10.0.0.1", hostIPs },
  });
  put({ uid: "host-net", status: { podIPs: hostIPs, hostIP: "10.0.0.1", hostIPs } });
  put({ uid: "old-api", status: { podIPs: [{ ip: "10.42.0.6" }], hostIP: "10.0.0.9" } });
  put({ uid: "pending", status: { phase: "Pending" } });
  const owners = (...addresses: string[]) => addresses.map((address) => pods.ownerOf(address));
  assert.deepEqual(owners("10.42.0.5", "fd00::5", "10.42.0.6", "10.42.0.7"), [
    "pod",
    "pod",
    "pod",
    undefined,
  ]);
  assert.deepEqual(owners("10.0.0.1", "2001:db8::1", "10.0.0.9", ""), ["node", "node", "node", undefined]);
  put({ uid: "a", status: { podIPs: [{ ip: "10.42.0.7" }], hostIP: "10.0.0.1", hostIPs } });
  assert.deepEqual(owners("10.42.0.5", "10.42.0.7"), [undefined, "pod"]);
  remove("a");
  assert.deepEqual(owners("10.42.0.7", "10.0.0.1"), [undefined, "node"]);
});

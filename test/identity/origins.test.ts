import assert from "node:assert/strict";
import { test } from "node:test";
import type { Place } from "../../src/identity/cgroup/path.ts";
import type { Namespace } from "../../src/identity/kubernetes/namespace-object.ts";
import type { Pod } from "../../src/identity/kubernetes/pods.ts";
import { Origins, type PodDirectory } from "../../src/identity/origins.ts";
import type { Label } from "../../src/origin.ts";

const ID = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";
const UID = "0d5f0a0c-6b0e-4f0a-9d1c-9f3c8f2d6f11";
const IN_CONTAINER: Place = { podUid: UID, containerId: ID };

const newPod = (container: string | undefined): Pod => ({
  uid: UID,
  name: "web-7d9f8",
  namespace: "shop",
  labels: [["app", "web"]],
  containerNameOf: () => container,
});
const SHOP: Namespace = { uid: "1", name: "shop", labels: [["team", "payments"]] };

/** A directory of at most one pod and one namespace, which a test changes under way. */
function newOrigins(
  place: Place | undefined,
  known: { pod?: Pod; namespace?: Namespace } | "off",
  namesContainers = true,
) {
  const directory: PodDirectory | undefined =
    known === "off"
      ? undefined
      : {
          pod: (uid) => (uid === UID ? known.pod : undefined),
          namespace: (name) => (name === "shop" ? known.namespace : undefined),
          ownerOf: () => undefined,
          namesContainers,
        };
  const all = (labels: readonly Label[]) => labels;
  return new Origins({ placeOf: () => place, directory, chosen: { namespace: all, pod: all } });
}

const POD_FIELDS = {
  podUid: UID,
  pod: "web-7d9f8",
  namespace: "shop",
  podLabels: [["app", "web"]],
  allPodLabels: [["app", "web"]],
};
const NAMESPACE_FIELDS = {
  namespaceLabels: [["team", "payments"]],
  allNamespaceLabels: [["team", "payments"]],
};
const ALL_KNOWN = {
  containerId: ID,
  container: "web",
  ...POD_FIELDS,
  ...NAMESPACE_FIELDS,
};

for (const [what, place, known, origin, complete] of [
  ["a task of the host", {}, {}, { host: true }, true],
  ["a unit's", { unit: "ssh.service" }, {}, { host: true, unit: "ssh.service" }, true],
  ["a container's that is no pod's", { containerId: ID }, {}, { containerId: ID }, true],
  ["a pod's of which all is known", IN_CONTAINER, { pod: newPod("web"), namespace: SHOP }, ALL_KNOWN, true],
  [
    "a pod's of which the API has not told",
    IN_CONTAINER,
    { namespace: SHOP },
    { containerId: ID, podUid: UID, unresolved: true },
    false,
  ],
  [
    "a pod's whose namespace the API has not told of",
    IN_CONTAINER,
    { pod: newPod("web") },
    { containerId: ID, container: "web", ...POD_FIELDS, unresolved: true },
    false,
  ],
  [
    "a container's whose name the API has not told",
    IN_CONTAINER,
    { pod: newPod(undefined), namespace: SHOP },
    { containerId: ID, ...POD_FIELDS, ...NAMESPACE_FIELDS },
    false,
  ],
  [
    "a pod's outside of its containers",
    { podUid: UID },
    { pod: newPod(undefined), namespace: SHOP },
    { ...POD_FIELDS, ...NAMESPACE_FIELDS },
    true,
  ],
  ["one of a group that is not known", undefined, {}, { unresolved: true }, false],
  ["a pod's without Kubernetes", IN_CONTAINER, "off", { containerId: ID, podUid: UID }, true],
  [
    "a task of the host without Kubernetes",
    { unit: "ssh.service" },
    "off",
    { host: true, unit: "ssh.service" },
    true,
  ],
  ["one of a group that is not known without Kubernetes", undefined, "off", {}, false],
] as const) {
  test(`The origin of ${what} says what is known`, () => {
    assert.deepEqual(newOrigins(place, known).of(7), { origin, complete });
  });
}

test("A container's name is not waited for where nobody tells it", () => {
  const known = { pod: newPod(undefined), namespace: SHOP };
  const { origin, complete } = newOrigins(IN_CONTAINER, known, false).of(7);
  assert.deepEqual([origin.container, origin.containerId, complete], [undefined, ID, true]);
});

test("An origin is the same object until something of it changes", () => {
  const known = { pod: newPod("web"), namespace: SHOP };
  const origins = newOrigins(IN_CONTAINER, known);
  const first = origins.of(7);
  assert.equal(origins.of(7), first);
  known.namespace = { ...SHOP, labels: [["team", "billing"]] };
  assert.deepEqual(origins.of(7).origin.namespaceLabels, [["team", "billing"]]);
});

test("What the API tells later is in the next origin: the pod, its namespace, the container's name", () => {
  const known: { pod?: Pod; namespace?: Namespace } = {};
  const origins = newOrigins(IN_CONTAINER, known);
  assert.equal(origins.of(7).complete, false);
  known.pod = newPod(undefined);
  assert.equal(origins.of(7).origin.pod, "web-7d9f8");
  known.namespace = SHOP;
  assert.equal(origins.of(7).origin.unresolved, undefined);
  let name: string | undefined;
  known.pod = { ...newPod(undefined), containerNameOf: () => name };
  assert.equal(origins.of(7).complete, false);
  name = "web"; // the same pod object learns of it
  assert.deepEqual(origins.of(7), { origin: ALL_KNOWN, complete: true });
});

test("Lines carry other labels from the moment on at which others are chosen; filters have all of them all the time", () => {
  const origins = newOrigins(IN_CONTAINER, { pod: newPod("web"), namespace: SHOP });
  const before = origins.of(7).origin;
  origins.choose({ namespace: () => [["chosen", "1"]], pod: () => [] });
  const { origin, complete } = origins.of(7);
  assert.deepEqual(before, ALL_KNOWN);
  assert.deepEqual(origin, { ...ALL_KNOWN, namespaceLabels: [["chosen", "1"]], podLabels: [] });
  assert.equal(complete, true);
});

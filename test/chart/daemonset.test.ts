import assert from "node:assert/strict";
import { test } from "node:test";
import { lackingHelm as skip } from "./helms.ts";
import { type Manifest, manifest } from "./render.ts";

const podOf = (values: object = {}): Manifest => manifest("DaemonSet", values).spec.template;
const containerOf = (values: object = {}): Manifest => podOf(values).spec.containers[0];

test("The selector fits the pod and names no version", { skip }, () => {
  const { spec } = manifest("DaemonSet", { podLabels: { "app.kubernetes.io/name": "other", extra: "1" } });
  const { matchLabels } = spec.selector;
  assert.deepEqual(matchLabels, { "app.kubernetes.io/name": "netlog", "app.kubernetes.io/instance": "shop" });
  const { labels } = spec.template.metadata;
  assert.deepEqual({ ...labels, ...matchLabels }, labels);
  assert.equal(labels.extra, "1");
});

test("A new pod is there before the old one goes", { skip }, () => {
  assert.deepEqual(manifest("DaemonSet").spec.updateStrategy, {
    type: "RollingUpdate",
    rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
  });
});

test("It is told its node and its pod", { skip }, () => {
  const fields = containerOf().env.flatMap(({ name, valueFrom }: Manifest) =>
    valueFrom ? [[name, valueFrom.fieldRef.fieldPath]] : [],
  );
  assert.deepEqual(Object.fromEntries(fields), {
    NODE_NAME: "spec.nodeName",
    POD_NAME: "metadata.name",
    POD_NAMESPACE: "metadata.namespace",
    POD_UID: "metadata.uid",
  });
});

test("It runs on every tainted Linux node of its architecture, but on none without a kernel of its own", {
  skip,
}, () => {
  const { tolerations, nodeSelector, affinity } = podOf().spec;
  assert.deepEqual(tolerations, [{ operator: "Exists" }]);
  assert.deepEqual(nodeSelector, { "kubernetes.io/os": "linux" });
  const [term] = affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms;
  const rules = term.matchExpressions.map(
    ({ key, operator, values }: Manifest) => `${key} ${operator} ${values}`,
  );
  assert.deepEqual(rules, [
    "kubernetes.io/arch In amd64",
    "type NotIn virtual-kubelet",
    "eks.amazonaws.com/compute-type NotIn fargate",
  ]);
});

test("With http.listen the kubelet asks there; without it there is nothing to ask", { skip }, () => {
  const { ports, startupProbe, readinessProbe, livenessProbe } = containerOf({
    config: { http: { listen: "0.0.0.0:9000" } },
  });
  assert.deepEqual(ports, [{ name: "http", containerPort: 9000 }]);
  assert.equal(readinessProbe.httpGet.path, "/readyz");
  assert.equal(startupProbe.periodSeconds * startupProbe.failureThreshold, 120);
  for (const probe of [startupProbe, livenessProbe]) assert.equal(probe.httpGet.path, "/livez");
  const without = containerOf({ config: { http: { listen: "" } } });
  for (const key of ["ports", "startupProbe", "readinessProbe", "livenessProbe"])
    assert.equal(without[key], undefined);
  const wait = (listen: string) =>
    manifest("DaemonSet", { config: { http: { listen } } }).spec.minReadySeconds;
  assert.deepEqual([wait(":9464"), wait("")], [undefined, 60]);
});

test("The image's tag is the chart's version where neither another one is given nor a digest", {
  skip,
}, () => {
  const appVersion = podOf().metadata.labels["app.kubernetes.io/version"];
  assert.equal(containerOf().image, `registry.example/netlog:${appVersion}`);
  const image = { repository: "localhost:5000/netlog", tag: "1234" };
  assert.equal(containerOf({ image }).image, "localhost:5000/netlog:1234");
  const digest = `sha256:${"0f".repeat(32)}`;
  assert.equal(containerOf({ image: { repository: "x", digest } }).image, `x@${digest}`);
});

const HEAPS: readonly [limit: string, options: string][] = [
  ["256Mi", "--max-old-space-size=102 --max-semi-space-size=16"],
  ["512Mi", "--max-old-space-size=204 --max-semi-space-size=16"],
  ["1Gi", "--max-old-space-size=409 --max-semi-space-size=16"],
];
for (const [memory, options] of HEAPS) {
  test(`A memory limit of ${memory} bounds the heap: ${options}`, { skip }, () => {
    const { env, resources } = containerOf({ resources: { limits: { memory } } });
    assert.equal(env.find(({ name }: Manifest) => name === "NODE_OPTIONS").value, options);
    assert.deepEqual(resources.limits, { memory });
  });
}

test("Without a memory limit the heap's bound is Node.js's own, and there never is a limit on CPU", {
  skip,
}, () => {
  const { env, resources } = containerOf({ resources: { limits: { memory: null } } });
  assert.equal(
    env.find(({ name }: Manifest) => name === "NODE_OPTIONS"),
    undefined,
  );
  assert.deepEqual(resources.limits ?? {}, {});
});

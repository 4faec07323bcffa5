import assert from "node:assert/strict";
import { test } from "node:test";
import { lackingHelm } from "../cluster/requirements.ts";
import { type Manifest, manifest } from "./render.ts";

const skip = await lackingHelm();

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

test("netlog is privileged, on a root that it cannot write to, and shares no namespace of the node's", {
  skip,
}, () => {
  const { spec } = podOf();
  assert.deepEqual(spec.containers[0].securityContext, { privileged: true, readOnlyRootFilesystem: true });
  for (const key of ["hostPID", "hostNetwork", "hostIPC"]) assert.equal(spec[key], undefined);
});

test("Of the node's files it sees tracefs and control groups, and writes to none", { skip }, () => {
  const { spec } = podOf();
  const mounts: Manifest[] = spec.containers[0].volumeMounts;
  assert.deepEqual(
    mounts.map(({ readOnly }) => readOnly),
    mounts.map(() => true),
  );
  const host = spec.volumes.filter((volume: Manifest) => volume.hostPath);
  for (const { name, hostPath } of host)
    assert.equal(mounts.find((mount) => mount.name === name).mountPath, hostPath.path);
  assert.deepEqual(
    host.map(({ hostPath }: Manifest) => hostPath.path),
    ["/sys/kernel/tracing", "/sys/fs/cgroup"],
  );
});

test("It reads the configuration from the mounted file, and a change of it makes new pods", { skip }, () => {
  const { spec } = podOf();
  const [container] = spec.containers;
  const [flag, file] = container.args;
  const mount = container.volumeMounts.find(({ name }: Manifest) => name === "config");
  const { data, metadata } = manifest("ConfigMap");
  assert.equal(flag, "--config");
  assert.equal(file, `${mount.mountPath}/${Object.keys(data)[0]}`);
  assert.equal(spec.volumes.find(({ name }: Manifest) => name === "config").configMap.name, metadata.name);
  const checksum = (values: object) => podOf(values).metadata.annotations["checksum/config"];
  assert.equal(checksum({}), checksum({ config: {}, podAnnotations: { a: "b" } }));
  assert.notEqual(checksum({}), checksum({ config: { format: "json" } }));
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
  for (const probe of [startupProbe, livenessProbe]) assert.equal(probe.httpGet.path, "/livez");
  const without = containerOf({ config: { http: { listen: "" } } });
  for (const key of ["ports", "startupProbe", "readinessProbe", "livenessProbe"])
    assert.equal(without[key], undefined);
});

test("The image's tag is the chart's version where no other is given", { skip }, () => {
  const appVersion = podOf().metadata.labels["app.kubernetes.io/version"];
  assert.equal(containerOf().image, `registry.example/netlog:${appVersion}`);
  const image = { repository: "localhost:5000/netlog", tag: "1234" };
  assert.equal(containerOf({ image }).image, "localhost:5000/netlog:1234");
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

import assert from "node:assert/strict";
import { test } from "node:test";
import { needsRestart } from "../../src/config/changes.ts";
import type { schema } from "../../src/config/schema.ts";
import { manifests } from "./goldens.ts";
import { HELMS, lackingHelm as skip } from "./helms.ts";
import { type Manifest, manifest, objects } from "./render.ts";

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

test("With few rights it is root without what root can do, but for the capabilities named", { skip }, () => {
  const context = (security: object) =>
    containerOf({ security: { profile: "least", ...security } }).securityContext;
  const least = {
    runAsUser: 0,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"], add: ["BPF", "PERFMON"] },
    readOnlyRootFilesystem: true,
    seccompProfile: { type: "RuntimeDefault" },
  };
  assert.deepEqual(context({}), least);
  const [seLinuxOptions, appArmorProfile] = [{ type: "spc_t" }, { type: "Unconfined" }];
  assert.deepEqual(context({ capabilities: ["SYS_ADMIN"], seLinuxOptions, appArmorProfile }), {
    ...least,
    capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] },
    seLinuxOptions,
    appArmorProfile,
  });
});

for (const profile of ["privileged", "least"]) {
  test(`Of the node's files it sees tracefs and control groups, and writes to none: ${profile}`, {
    skip,
  }, () => {
    const { spec } = podOf({ security: { profile } });
    const mounts: Manifest[] = spec.containers[0].volumeMounts;
    const host = spec.volumes.filter((volume: Manifest) => volume.hostPath);
    const seen = host.map(({ name, hostPath }: Manifest) => {
      const { mountPath, readOnly } = mounts.find((mount) => mount.name === name);
      return [hostPath.path, mountPath, readOnly];
    });
    assert.deepEqual(seen, [
      ["/sys/kernel/tracing", "/sys/kernel/tracing", true],
      ["/sys/fs/cgroup", "/host/sys/fs/cgroup", true],
    ]);
  });
}

test("It can write to the folder of its state, which ends with the pod, and to nothing else", {
  skip,
}, () => {
  const writable = (values: object = {}) => {
    const { containers, volumes } = podOf(values).spec;
    const mounts = containers[0].volumeMounts.filter(({ readOnly }: Manifest) => !readOnly);
    return mounts.map(({ name, mountPath }: Manifest) => [
      mountPath,
      volumes.find((volume: Manifest) => volume.name === name).emptyDir,
    ]);
  };
  assert.deepEqual(writable(), [["/var/lib/netlog", { sizeLimit: "1Mi" }]]);
  assert.deepEqual(writable({ config: { state: { path: "" } } }), []);
});

test("It reads the configuration from a mounted folder, in which a change arrives", { skip }, () => {
  const { spec } = podOf();
  const [container] = spec.containers;
  const [flag, file] = container.args;
  const mount = container.volumeMounts.find(({ name }: Manifest) => name === "config");
  const { data, metadata } = manifest("ConfigMap");
  assert.equal(flag, "--config");
  assert.equal(file, `${mount.mountPath}/${Object.keys(data)[0]}`);
  assert.equal(mount.subPath, undefined);
  assert.equal(spec.volumes.find(({ name }: Manifest) => name === "config").configMap.name, metadata.name);
});

test("Rules, limits, labels and the like change the ConfigMap and leave the pods as they are", {
  skip,
}, () => {
  const [plain, filters] = ["default", "filters"].map((scenario) => {
    const made = objects(manifests(scenario, HELMS[0] as string));
    const find = (kind: string) => made.find((object) => object.kind === kind);
    return { pod: find("DaemonSet").spec, config: find("ConfigMap").data["netlog.yaml"] };
  });
  assert.notEqual(filters?.config, plain?.config);
  assert.deepEqual(filters?.pod, plain?.pod);
});

/** Of each key something that is not the chart's default. */
const CHANGED: Readonly<Record<keyof typeof schema.shape, unknown>> = {
  format: "json",
  kubernetes: "on",
  scope: "node",
  events: ["tcp.connect"],
  labels: { pod: { include: ["app"] } },
  filters: [{ preset: "loopback" }],
  limits: { linesPerSecondPerPod: 10 },
  connect: { pendingAfter: "5s" },
  identity: { waitForName: "1s" },
  sockets: { max: 5000 },
  stats: { every: "10s" },
  selfTest: { every: "10s" },
  state: { path: "" },
  http: { listen: ":9000" },
  log: { level: "warn" },
  bpftrace: { path: "/usr/bin/bpftrace" },
};
const checksum = (values: object): string => podOf(values).metadata.annotations["checksum/config"];
const unchanged = skip ? "" : checksum({});
for (const [key, value] of Object.entries(CHANGED)) {
  const makes = needsRestart(key) ? "makes new pods" : "makes none, netlog takes it up";
  test(`A change of config.${key} ${makes}`, { skip }, () => {
    const isSame = checksum({ config: { [key]: value } }) === unchanged;
    assert.equal(isSame, !needsRestart(key));
  });
}

test("The checksum cannot be overwritten", { skip }, () => {
  assert.equal(checksum({ podAnnotations: { "checksum/config": "mine" } }), unchanged);
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

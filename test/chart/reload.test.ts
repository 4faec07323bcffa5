import assert from "node:assert/strict";
import { test } from "node:test";
import { needsRestart } from "../../src/config/changes.ts";
import type { schema } from "../../src/config/schema.ts";
import { manifests } from "./goldens.ts";
import { HELMS, lackingHelm as skip } from "./helms.ts";
import { type Manifest, manifest, objects } from "./render.ts";

const podOf = (values: object = {}): Manifest => manifest("DaemonSet", values).spec.template;

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

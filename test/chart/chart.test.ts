import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { schema } from "../../src/config/schema.ts";
import { parseConfig } from "../../src/config.ts";
import { lackingHelm } from "../cluster/requirements.ts";
import { CHART, manifest, render } from "./render.ts";

const skip = await lackingHelm();
const read = (file: string) => readFileSync(join(CHART, file), "utf8");

test("The chart's version and the program's are one", () => {
  const { version } = JSON.parse(readFileSync(join(CHART, "../../package.json"), "utf8"));
  const chart = parse(read("Chart.yaml"));
  assert.deepEqual([chart.version, chart.appVersion], [version, version]);
});

test("The schema knows the configuration's keys, each of them and no other", () => {
  const { config } = JSON.parse(read("values.schema.json")).properties;
  assert.deepEqual(Object.keys(config.properties).sort(), Object.keys(schema.shape).sort());
});

test("values.yaml describes each value that the schema knows, Helm's own apart", () => {
  const { properties } = JSON.parse(read("values.schema.json"));
  assert.deepEqual(
    Object.keys(properties).sort(),
    ["global", ...Object.keys(parse(read("values.yaml")))].sort(),
  );
});

test("helm lint --strict has nothing to say", { skip }, () => {
  const { status, stdout, stderr } = spawnSync("helm", ["lint", "--strict", CHART], { encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
});

test("The configuration that a pod gets is one that netlog takes", { skip }, () => {
  const given = {
    format: "json",
    kubernetes: "on",
    labels: { pod: { include: ["app"] } },
    http: { listen: ":1" },
  };
  const { data } = manifest("ConfigMap", { config: given });
  const config = parseConfig(data["netlog.yaml"], "netlog.yaml", {});
  assert.deepEqual(
    [config.format, config.kubernetes, config.labels.pod.include, config.http.listen],
    ["json", "on", ["app"], { port: 1 }],
  );
});

test("All objects carry the standard labels and the release's name", { skip }, () => {
  const { manifests } = render();
  assert.deepEqual(manifests.map(({ kind }) => kind).sort(), [
    "ClusterRole",
    "ClusterRoleBinding",
    "ConfigMap",
    "DaemonSet",
    "ServiceAccount",
  ]);
  for (const { kind, metadata } of manifests) {
    assert.equal(metadata.name, "shop-netlog");
    assert.equal(metadata.namespace, kind.startsWith("Cluster") ? undefined : "agents");
    const { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": instance } = metadata.labels;
    assert.deepEqual([name, instance], ["netlog", "shop"]);
    assert.equal(metadata.labels["app.kubernetes.io/managed-by"], "Helm");
  }
});

test("A release named netlog has objects named netlog", { skip }, () => {
  const { stdout } = spawnSync("helm", ["template", "netlog", CHART, "--set", "image.repository=x"], {
    encoding: "utf8",
  });
  const names = stdout.matchAll(/^ {2}name: (.*)$/gm).map(([, name]) => name);
  assert.deepEqual([...new Set(names)], ["netlog"]);
});

test("The rights are to list and watch pods and namespaces, and the service account's alone", {
  skip,
}, () => {
  assert.deepEqual(manifest("ClusterRole").rules, [
    { apiGroups: [""], resources: ["pods", "namespaces"], verbs: ["list", "watch"] },
  ]);
  const { roleRef, subjects } = manifest("ClusterRoleBinding", { serviceAccount: { name: "watcher" } });
  assert.equal(roleRef.name, "shop-netlog");
  assert.deepEqual(subjects, [{ kind: "ServiceAccount", name: "watcher", namespace: "agents" }]);
});

test("What is switched off is not made", { skip }, () => {
  const { manifests } = render({
    rbac: { create: false },
    serviceAccount: { create: false, name: "watcher" },
  });
  assert.deepEqual(manifests.map(({ kind }) => kind).sort(), ["ConfigMap", "DaemonSet"]);
});

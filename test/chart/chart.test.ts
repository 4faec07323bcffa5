import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { parseConfig } from "../../src/config.ts";
import { configKeys, valuesSchemas } from "./config-schema.ts";
import { manifests, SCENARIOS } from "./goldens.ts";
import { HELMS, lackingHelm as skip } from "./helms.ts";
import { CHART, type Manifest, manifest, objects, render } from "./render.ts";

const read = (file: string) => readFileSync(join(CHART, file), "utf8");

test("The version of the chart, of the image that it takes, and of the program are one", () => {
  const { version } = JSON.parse(readFileSync(join(CHART, "../../package.json"), "utf8"));
  const chart = parse(read("Chart.yaml"));
  assert.deepEqual([chart.version, chart.appVersion], [version, version]);
  const dockerfile = readFileSync(join(CHART, "../../Dockerfile"), "utf8");
  assert.equal(/^ARG VERSION=(.*)$/m.exec(dockerfile)?.[1], version);
  const main = join(CHART, "../../src/main.ts");
  const said = spawnSync(process.execPath, [main, "--version"], { encoding: "utf8" });
  assert.equal(said.stdout, `netlog ${version}\n`);
});

test("The schema's part for the configuration is what the program's own says", () => {
  const { is, shouldBe } = valuesSchemas();
  assert.deepEqual(is, shouldBe);
});

test("No key but Helm's own is in the schema without being in values.yaml, but for the configuration's", () => {
  const known: string[] = [];
  const walk = (schema: Manifest, values: unknown, path: readonly string[]) => {
    for (const [key, below] of Object.entries<Manifest>(schema.properties ?? {})) {
      const value = (values as Manifest)?.[key];
      const at = [...path, key];
      if (value === undefined) known.push(at.join("."));
      else if (at.join(".") !== "config") walk(below, value, at);
    }
  };
  walk(JSON.parse(read("values.schema.json")), parse(read("values.yaml")), []);
  const ofKubernetes = /^(global|resources\.|security\.(seLinuxOptions|appArmorProfile)\.)/;
  assert.deepEqual(
    known.filter((key) => !ofKubernetes.test(key)).toSorted(),
    configKeys().toSorted(), // refused by the templates
  );
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

test("netlog takes the configuration of each scenario, large numbers too", { skip }, () => {
  for (const scenario of SCENARIOS) {
    const { data } = objects(manifests(scenario, HELMS[0] as string)).find(
      ({ kind }) => kind === "ConfigMap",
    );
    const config = parseConfig(data["netlog.yaml"], scenario, {});
    assert.equal(config.limits.linesPerSecondPerPod, scenario === "filters" ? 1_000_000 : 0);
  }
});

test("All objects carry the standard labels and the release's name", { skip }, () => {
  const { manifests } = render();
  assert.deepEqual(manifests.map(({ kind }) => kind).sort(), [
    "ClusterRole",
    "ClusterRoleBinding",
    "ConfigMap",
    "DaemonSet",
    "Service",
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
  const { stdout } = spawnSync(
    HELMS[0] as string,
    ["template", "netlog", CHART, "--set", "image.repository=x"],
    {
      encoding: "utf8",
    },
  );
  const names = stdout.matchAll(/^ {2}name: (.*)$/gm).map(([, name]) => name);
  assert.deepEqual([...new Set(names)], ["netlog"]);
});

test("What is switched off is not made", { skip }, () => {
  const { manifests } = render({
    rbac: { create: false },
    serviceAccount: { create: false, name: "watcher" },
    config: { http: { listen: "" } },
  });
  assert.deepEqual(manifests.map(({ kind }) => kind).sort(), ["ConfigMap", "DaemonSet"]);
});

test("Its Service names each pod's address, also of one that is not ready", { skip }, () => {
  const { spec } = manifest("Service", { config: { http: { listen: ":9000" } } });
  assert.deepEqual(spec, {
    clusterIP: "None",
    publishNotReadyAddresses: true,
    selector: { "app.kubernetes.io/name": "netlog", "app.kubernetes.io/instance": "shop" },
    ports: [{ name: "http", port: 9000, targetPort: "http" }],
  });
});

test("A NetworkPolicy lets in to the port alone, and limits what goes out where the API server is known", {
  skip,
}, () => {
  const policy = (networkPolicy: object, config = {}): Manifest =>
    manifest("NetworkPolicy", { networkPolicy: { enabled: true, ...networkPolicy }, config }).spec;
  const open = policy({});
  assert.deepEqual([open.policyTypes, open.egress], [["Ingress"], undefined]);
  assert.deepEqual(open.ingress, [{ ports: [{ port: "http", protocol: "TCP" }] }]);
  const from = [{ podSelector: {} }];
  const closed = policy({ from, apiServerCIDRs: ["10.0.0.2/32"] });
  assert.deepEqual([closed.policyTypes, closed.ingress[0].from], [["Ingress", "Egress"], from]);
  assert.deepEqual(closed.egress, [{ to: [{ ipBlock: { cidr: "10.0.0.2/32" } }] }]);
  assert.deepEqual(policy({}, { http: { listen: "" } }).ingress, []);
});

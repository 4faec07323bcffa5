import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { parse, stringify } from "yaml";
import { lackingHelm } from "../cluster/requirements.ts";
import { temporaryFolder } from "../host/process-netlog.ts";
import { promtool } from "../promtool.ts";
import { dashboard, RULES } from "./queries.ts";
import { type Manifest, manifest, refusal, render } from "./render.ts";

const skip = await lackingHelm();
const on = (part: string, more: object = {}) => ({ metrics: { [part]: { enabled: true, ...more } } });

test("Nothing of the metrics is made where it is not asked for", { skip }, () => {
  const { manifests } = render();
  for (const { kind, metadata } of manifests) {
    assert.ok(!["PodMonitor", "PrometheusRule"].includes(kind));
    assert.equal(metadata.labels["grafana_dashboard"], undefined);
  }
});

test("The PodMonitor selects the DaemonSet's pods and their port, and names the node", { skip }, () => {
  const more = { labels: { release: "prometheus" }, interval: "15s" };
  const { metadata, spec } = manifest("PodMonitor", on("podMonitor", more));
  const { template } = manifest("DaemonSet").spec;
  assert.deepEqual(
    [metadata.name, metadata.namespace, metadata.labels.release],
    ["shop-netlog", "agents", "prometheus"],
  );
  assert.equal(metadata.labels["app.kubernetes.io/managed-by"], "Helm");
  const { matchLabels } = spec.selector;
  assert.deepEqual({ ...template.metadata.labels, ...matchLabels }, template.metadata.labels);
  const [endpoint] = spec.podMetricsEndpoints;
  const [container] = template.spec.containers;
  assert.ok(container.ports.some(({ name }: Manifest) => name === endpoint.port));
  assert.deepEqual([endpoint.path, endpoint.interval], ["/metrics", "15s"]);
  assert.deepEqual(endpoint.relabelings, [
    { sourceLabels: ["__meta_kubernetes_pod_node_name"], targetLabel: "node" },
  ]);
});

test("Without an interval it is Prometheus's own", { skip }, () => {
  const { spec } = manifest("PodMonitor", on("podMonitor", { interval: "" }));
  assert.equal(spec.podMetricsEndpoints[0].interval, undefined);
});

test("A PodMonitor of pods that serve nothing is refused, with what to set", { skip }, () => {
  assert.match(
    refusal({ ...on("podMonitor"), config: { http: { listen: "" } } }),
    /metrics\.podMonitor\.enabled is true while config\.http\.listen is empty.*: set config\.http\.listen to ":9464", or /,
  );
  assert.match(refusal(on("podMonitor", { interval: "often" })), /interval/);
  assert.match(refusal({ metrics: { serviceMonitor: {} } }), /serviceMonitor/);
});

const tool = promtool();

test("The PrometheusRule has the alerts of the file, for this release's DaemonSet", {
  skip,
}, async (t) => {
  const { metadata, spec } = manifest("PrometheusRule", on("prometheusRule", { labels: { role: "alerts" } }));
  assert.equal(metadata.labels.role, "alerts");
  const text = readFileSync(RULES, "utf8");
  assert.equal(text.match(/daemonset="netlog"/g)?.length, 3, "two in the rule and one in the comment");
  assert.deepEqual(
    spec,
    parse(text.replaceAll('daemonset="netlog"', 'namespace="agents",daemonset="shop-netlog"')),
  );
  if (tool.skip !== false) return t.diagnostic(`not checked further: ${tool.skip}`);
  const file = join(await temporaryFolder(t), "rules.yaml");
  await writeFile(file, stringify(spec));
  assert.equal(tool.run(["check", "rules", file]).status, 0);
});

test("The dashboard's ConfigMap has the label that Grafana's sidecar looks for, and the very file", {
  skip,
}, () => {
  const { manifests } = render(on("dashboard"));
  const found = manifests.filter(({ metadata }) => metadata.labels["grafana_dashboard"] === "1");
  assert.deepEqual(
    found.map(({ kind, metadata }) => [kind, metadata.name]),
    [["ConfigMap", "shop-netlog-dashboard"]],
  );
  assert.deepEqual(JSON.parse(found[0].data["netlog.json"]), dashboard());
});

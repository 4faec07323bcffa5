import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseConfig } from "../../src/config.ts";
import { HELMS, lackingHelm as skip } from "./helms.ts";
import { CHART, type Manifest, manifest, objects, template } from "./render.ts";

const EXAMPLE = join(CHART, "examples/sidecar.yaml");
const example = objects(readFileSync(EXAMPLE, "utf8"));
const one = (kind: string): Manifest => example.find((object) => object.kind === kind);
const pod: Manifest = one("Deployment").spec.template.spec;
const [sidecar] = pod.initContainers;

test("The sidecar's image is this version's, and its configuration one that netlog takes", () => {
  const { version } = JSON.parse(readFileSync(join(CHART, "../../package.json"), "utf8"));
  assert.equal(sidecar.image, `registry.example.com/netlog:${version}`);
  const { data, metadata } = one("ConfigMap");
  const { scope, http } = parseConfig(data["netlog.yaml"], "netlog.yaml", {});
  assert.equal(scope, "pod");
  assert.deepEqual(http.listen, { port: sidecar.startupProbe.httpGet.port });
  assert.equal(pod.volumes.find(({ name }: Manifest) => name === "netlog").configMap.name, metadata.name);
});

test("It is a native sidecar, which the application waits for", () => {
  assert.deepEqual([sidecar.restartPolicy, sidecar.startupProbe.httpGet.path], ["Always", "/readyz"]);
  for (const key of ["hostPID", "hostNetwork", "hostIPC", "shareProcessNamespace"])
    assert.equal(pod[key], undefined);
});

test("Its right is to read its own namespace", () => {
  assert.deepEqual(one("Role").rules, [
    {
      apiGroups: [""],
      resources: ["namespaces"],
      resourceNames: [one("Role").metadata.namespace],
      verbs: ["get"],
    },
  ]);
  assert.equal(one("RoleBinding").subjects[0].name, pod.serviceAccountName);
  assert.equal(one("RoleBinding").roleRef.name, one("Role").metadata.name);
});

test("Of the node and of itself it has what the DaemonSet's pods have", { skip }, () => {
  const { spec } = manifest("DaemonSet", {
    security: { profile: "least", capabilities: ["SYS_ADMIN"] },
    config: { state: { path: "" } },
  }).spec.template;
  const [container] = spec.containers;
  for (const key of ["args", "terminationMessagePolicy", "resources", "securityContext"])
    assert.deepEqual(sidecar[key], container[key], key);
  const named = (list: readonly Manifest[]) =>
    Object.fromEntries(list.map(({ name, ...rest }) => [name, rest]));
  assert.deepEqual(named(sidecar.env), named(container.env));
  for (const name of ["tracefs", "cgroups"]) {
    assert.deepEqual(named(pod.volumes)[name], named(spec.volumes)[name]);
    assert.deepEqual(named(sidecar.volumeMounts)[name], named(container.volumeMounts)[name]);
  }
});

test("The chart does not install it", { skip }, () => {
  const { text } = template(["--set", "image.repository=x"], { helm: HELMS[0] as string });
  assert.ok(!text.includes("restartPolicy: Always"));
});

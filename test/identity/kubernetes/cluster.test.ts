import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { findCluster, nodeName } from "../../../src/identity/kubernetes/cluster.ts";
import { kubeConfigOf } from "./api-server.ts";

function folder(t: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const path = mkdtempSync(join(tmpdir(), "netlog-cluster-"));
  t.after(() => rmSync(path, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

const IN_POD = { KUBERNETES_SERVICE_HOST: "10.96.0.1", KUBERNETES_SERVICE_PORT: "6443" };
const ACCOUNT = { token: "token-1", "ca.crt": "certificate-1" };

test("In a pod it is the cluster of the service account, whose files are read for each request", async (t) => {
  const account = folder(t, ACCOUNT);
  const cluster = (await findCluster("auto", IN_POD, account)) ?? assert.fail();
  const { server, options } = await cluster.access();
  assert.deepEqual(
    [cluster.source, server, options.headers, String(options.ca)],
    [
      "the pod's service account",
      "https://10.96.0.1:6443",
      { Authorization: "Bearer token-1" },
      "certificate-1",
    ],
  );
  writeFileSync(join(account, "token"), "token-2\n");
  writeFileSync(join(account, "ca.crt"), "certificate-2");
  const later = await cluster.access();
  assert.deepEqual(
    [later.options.headers, String(later.options.ca)],
    [{ Authorization: "Bearer token-2" }, "certificate-2"],
  );
  assert.notEqual(options.rejectUnauthorized, false);
});

test("An IPv6 cluster's address stands in brackets", async (t) => {
  const env = { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" };
  const cluster = await findCluster("on", env, folder(t, ACCOUNT));
  assert.equal((await cluster?.access())?.server, "https://[fd00::1]:443");
});

test("KUBECONFIG, which somebody set, goes before the service account, and its first file before the next", async (t) => {
  const files = folder(t, {
    ...ACCOUNT,
    a: JSON.stringify({ users: [{ name: "netlog", user: { token: "of-a" } }] }),
    b: kubeConfigOf("https://b:6443", "/nowhere").replace("users", "ignored"),
  });
  const env = { ...IN_POD, KUBECONFIG: `${join(files, "a")}:${join(files, "b")}` };
  const cluster = (await findCluster("auto", env, files)) ?? assert.fail();
  const { server, options } = await cluster.access();
  assert.deepEqual(
    [cluster.source, server, options.headers],
    [`KUBECONFIG (${files}/a, ${files}/b)`, "https://b:6443", { Authorization: "Bearer of-a" }],
  );
});

test("Without a cluster auto has none, and off has none anywhere", async (t) => {
  const account = folder(t, ACCOUNT);
  assert.equal(await findCluster("auto", {}, account), undefined);
  assert.equal(await findCluster("auto", IN_POD, folder(t)), undefined);
  assert.equal(await findCluster("off", IN_POD, account), undefined);
});

test("Without a cluster on is an error with the fix", async (t) => {
  await assert.rejects(findCluster("on", {}, folder(t)), {
    name: "ClusterError",
    message:
      "kubernetes is `on`, and this is no pod (KUBERNETES_SERVICE_HOST is not set): set KUBECONFIG to a kubeconfig file, or kubernetes to `auto` or `off`",
  });
  const account = folder(t);
  await assert.rejects(findCluster("on", IN_POD, account), {
    name: "ClusterError",
    message: `kubernetes is \`on\`, and this pod has no service account token (${account}/token): set automountServiceAccountToken to true, or KUBECONFIG to a kubeconfig file, or kubernetes to \`off\``,
  });
});

for (const [what, text, message] of [
  [
    "is not there",
    undefined,
    /^KUBECONFIG \(.*\/k\) cannot be used: ENOENT.*; correct it, or set kubernetes to `off`$/,
  ],
  ["is no YAML", "{", /^KUBECONFIG \(.*\/k\) cannot be used: .*; correct it/],
  [
    "names no cluster",
    "{}",
    /^KUBECONFIG \(.*\/k\) cannot be used: its current-context names no cluster; correct it/,
  ],
] as const) {
  test(`A KUBECONFIG that ${what} is an error with its path`, async (t) => {
    const path = join(folder(t, text === undefined ? {} : { k: text }), "k");
    for (const mode of ["auto", "on"] as const) {
      await assert.rejects(findCluster(mode, { KUBECONFIG: path }), { name: "ClusterError", message });
    }
  });
}

test("The node's name comes from the environment, and without it the error names the downward API", () => {
  assert.equal(nodeName({ NODE_NAME: "node-1" }), "node-1");
  for (const env of [{}, { NODE_NAME: "" }]) {
    assert.throws(() => nodeName(env), {
      name: "ClusterError",
      message: /NODE_NAME.*fieldPath: spec.nodeName/,
    });
  }
});

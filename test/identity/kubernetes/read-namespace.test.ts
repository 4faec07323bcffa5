import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { findCluster } from "../../../src/identity/kubernetes/cluster.ts";
import { ApiFailure } from "../../../src/identity/kubernetes/errors.ts";
import { readNamespace } from "../../../src/identity/kubernetes/read-namespace.ts";
import { type Answer, silence, startApiServer, status } from "./api-server.ts";
import { namespace } from "./objects.ts";

async function read(t: TestContext, answer: Answer, headersMs = 60_000) {
  const server = await startApiServer(t);
  server.answer("namespaces", "get", answer);
  const cluster = (await findCluster("on", { KUBECONFIG: server.kubeConfig })) ?? assert.fail();
  const { signal } = new AbortController();
  const result = await readNamespace({ cluster, name: "shop", version: "1", signal, times: { headersMs } });
  return { result, server };
}

const json =
  (object: unknown): Answer =>
  (response) =>
    response.end(JSON.stringify(object));

test("One namespace's labels are asked for once, as metadata", async (t) => {
  const { result, server } = await read(t, json(namespace("shop", { labels: { team: "payments", a: "b" } })));
  assert.deepEqual(result, {
    uid: "uid-of-shop",
    name: "shop",
    labels: [
      ["a", "b"],
      ["team", "payments"],
    ],
  });
  assert.deepEqual(
    server.seen.map(({ path, headers }) => [path, headers.accept]),
    [["/api/v1/namespaces/shop", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"]],
  );
});

for (const [what, answer, kind, problem] of [
  [
    "403",
    status(403, "no"),
    "forbidden",
    "netlog may not get namespaces (403 Forbidden: no): bind a ClusterRole with the verb get on namespaces to its service account",
  ],
  [
    "an object that is no namespace",
    json({ metadata: { name: "shop" } }),
    "malformed",
    "the API server's namespace is not as expected, shop: metadata.uid: Invalid input: expected string, received undefined",
  ],
  [
    "no JSON",
    (response) => response.end("<html>"),
    "malformed",
    "the API server's namespace is not as expected, one without a name: it: Invalid input: expected object, received undefined",
  ],
] as readonly [string, Answer, string, string][]) {
  test(`Where the answer is ${what} the problem is said`, async (t) => {
    assertFailed((await read(t, answer)).result, kind, problem);
  });
}

test("Where no answer comes the problem is said", async (t) => {
  const { result, server } = await read(t, silence, 50);
  assertFailed(result, "silent", `the API server at ${server.url} did not answer in 0.1 s`);
});

function assertFailed(result: unknown, kind: string, message: string): void {
  assert.ok(result instanceof ApiFailure);
  assert.deepEqual([result.kind, result.message], [kind, message]);
}

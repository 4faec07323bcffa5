import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { findCluster } from "../../src/identity/kubernetes/cluster.ts";
import { ownPodDirectory } from "../../src/identity/own-pod-directory.ts";
import { type Answer, startApiServer, status } from "./kubernetes/api-server.ts";
import { namespace } from "./kubernetes/objects.ts";
import { until } from "./kubernetes/until.ts";
import { TIMES } from "./kubernetes/watching.ts";

const OWN = { uid: "uid-1", name: "web-0", namespace: "shop", cgroup: { id: 7, level: 3 } };

const labelled: Answer = (response) =>
  response.end(JSON.stringify(namespace("shop", { labels: { team: "payments" } })));

async function start(t: TestContext, ...answers: readonly Answer[]) {
  const server = await startApiServer(t);
  server.answer("namespaces", "get", ...answers);
  const cluster = await findCluster("on", { KUBECONFIG: server.kubeConfig });
  const controller = new AbortController();
  t.after(() => controller.abort());
  const said: string[] = [];
  const log = { info: (message: string) => said.push(message) };
  const options = { version: "1.2.3", log, signal: controller.signal, times: TIMES, random: () => 0 };
  return { server, said, controller, directory: ownPodDirectory(OWN, cluster, options) };
}

test("Without an API the own pod is known at once, and nobody else", () => {
  const { signal } = new AbortController();
  const log = { info: () => assert.fail("there is nothing to say") };
  const directory = ownPodDirectory(OWN, undefined, { version: "1", log, signal });
  const { containerNameOf, ...pod } = directory.pod("uid-1") ?? assert.fail();
  assert.deepEqual(pod, { uid: "uid-1", name: "web-0", namespace: "shop", labels: [] });
  assert.equal(containerNameOf("aa".repeat(32)), undefined);
  assert.deepEqual(directory.namespace("shop")?.labels, []);
  assert.deepEqual([directory.pod("uid-2"), directory.namespace("other")], [undefined, undefined]);
  assert.deepEqual([directory.ownerOf("10.0.0.7"), directory.namesContainers], [undefined, false]);
});

test("The namespace is not known until its labels have come, and those are asked for once", async (t) => {
  const { server, said, directory } = await start(t, labelled);
  assert.equal(directory.namespace("shop"), undefined);
  await until("the labels", () => directory.namespace("shop"));
  assert.deepEqual(directory.namespace("shop")?.labels, [["team", "payments"]]);
  assert.deepEqual([server.count("namespaces", "get"), server.seen.length, said], [1, 1, []]);
});

test("Labels that do not come are done without, and asked for again until they have come", async (t) => {
  const { server, said, directory } = await start(t, status(500), status(503), status(403, "no"), labelled);
  await until("an answer", () => directory.namespace("shop"));
  await until("the labels", () => directory.namespace("shop")?.labels.length === 1);
  assert.equal(server.count("namespaces", "get"), 4);
  const refused = `the API server at ${server.url} refused to get namespaces (500 Internal Server Error)`;
  assert.deepEqual(said, [
    `lines carry no labels of the namespace shop, which are optional: ${refused}; it is tried again`,
    "lines carry the labels of the namespace shop from now on",
  ]);
});

test("It is given up after twenty tries, which is said", async (t) => {
  const { server, said, directory } = await start(t, status(403, "no"));
  await until("the last word", () => said.length === 2);
  assert.equal(server.count("namespaces", "get"), 20);
  const forbidden =
    "netlog may not get namespaces (403 Forbidden: no): bind a ClusterRole with the verb get on namespaces to its service account";
  assert.deepEqual(
    said.map((text) => text.replace("lines carry no labels of the namespace shop, which are optional: ", "")),
    [`${forbidden}; it is tried again`, `${forbidden}; that was the last of 20 tries`],
  );
  assert.deepEqual(directory.namespace("shop")?.labels, []);
});

test("The end of netlog ends the asking, without a word", async (t) => {
  const closed = Promise.withResolvers<void>();
  const held: Answer = (response) => response.once("close", closed.resolve);
  const { server, said, controller, directory } = await start(t, held);
  await until("the question", () => server.count("namespaces", "get") === 1);
  controller.abort();
  await closed.promise;
  await new Promise(setImmediate);
  assert.deepEqual([said, directory.namespace("shop")], [[], undefined]);
});

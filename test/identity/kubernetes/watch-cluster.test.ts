import assert from "node:assert/strict";
import { test } from "node:test";
import { event, list, stream } from "./api-server.ts";
import { id, namespace, pod, running } from "./objects.ts";
import { until } from "./until.ts";
import { watching } from "./watching.ts";

test("It asks for this node's pods and for the metadata of all namespaces, and says who asks", async (t) => {
  const { server, view } = await watching(t);
  await until("both watches", () => server.seen.length === 4);
  const asked = (resource: string, verb: string) =>
    server.seen.find((one) => one.resource === resource && one.verb === verb);
  const fieldSelector = "spec.nodeName=node-1";
  const watch = { watch: "true", allowWatchBookmarks: "true", resourceVersion: "100", timeoutSeconds: "60" };
  assert.deepEqual(
    [asked("pods", "list")?.path, asked("pods", "list")?.query, asked("pods", "watch")?.query],
    ["/api/v1/pods", { fieldSelector, resourceVersion: "0" }, { fieldSelector, ...watch }],
  );
  assert.deepEqual(
    [
      asked("namespaces", "list")?.path,
      asked("namespaces", "list")?.query,
      asked("namespaces", "watch")?.query,
    ],
    ["/api/v1/namespaces", { resourceVersion: "0" }, watch],
  );
  assert.deepEqual(
    server.seen.map(({ resource, verb, headers }) => [resource, verb, headers.accept]).sort(),
    [
      ["namespaces", "list", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"],
      ["namespaces", "watch", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"],
      ["pods", "list", "application/json"],
      ["pods", "watch", "application/json"],
    ],
  );
  for (const { headers } of server.seen) {
    assert.deepEqual([headers["user-agent"], headers.authorization], ["netlog/1.2.3", "Bearer first"]);
  }
  assert.equal(view.synced, true);
});

test("What was listed and what a watch tells is found", async (t) => {
  const { server, view, said } = await watching(t, (server) => {
    server.answer("pods", "list", list([pod({ uid: "a", name: "web", labels: { b: "2", a: "1", B: "3" } })]));
    server.answer("namespaces", "list", list([namespace("shop", { labels: { team: "payments" } })]));
  });
  await until("both watches", () => server.seen.length === 4);
  const { containerNameOf: _, ...web } = view.pod("a") ?? assert.fail();
  assert.deepEqual(web, {
    uid: "a",
    name: "web",
    namespace: "shop",
    labels: [
      ["B", "3"],
      ["a", "1"],
      ["b", "2"],
    ],
  });
  assert.deepEqual(view.namespace("shop")?.labels, [["team", "payments"]]);
  assert.deepEqual([view.pod("b"), view.namespace("other")], [undefined, undefined]);

  server.send("pods", event("ADDED", pod({ uid: "b", name: "db" })));
  await until("the pod", () => view.pod("b"));
  server.send("namespaces", event("MODIFIED", namespace("shop", { labels: { team: "fraud" } })));
  await until("the label", () => view.namespace("shop")?.labels[0]?.[1] === "fraud");
  assert.deepEqual(said, []);
});

test("It is synced when both lists have come, and not before", async (t) => {
  const { server, view } = await watching(t, (server) => server.answer("namespaces", "list", () => {}));
  await until("the watch of pods", () => server.count("pods", "watch") === 1);
  assert.deepEqual(
    [view.synced, view.watches.pods.listed, view.watches.namespaces.listed],
    [false, true, false],
  );
});

test("A pod made anew under its name is another one, also as the old one's change", async (t) => {
  const { server, view } = await watching(t, (server) => {
    server.answer("pods", "list", list([pod({ uid: "a", name: "web-0" })]));
  });
  await until("the watch", () => server.count("pods", "watch") === 1);
  server.send("pods", event("MODIFIED", pod({ uid: "b", name: "web-0" })));
  await until("the new one", () => view.pod("b"));
  assert.equal(view.pod("a")?.name, "web-0");
  server.send("pods", event("DELETED", pod({ uid: "a", name: "web-0" })), event("ADDED", pod({ uid: "c" })));
  await until("the next event", () => view.pod("c"));
  assert.equal(view.pod("b")?.name, "web-0");
});

test("Deleted pods and namespaces are found for a while, and then no more", async (t) => {
  const { server, view, clock } = await watching(
    t,
    (server) => {
      server.answer("pods", "list", list([pod({ uid: "a" }), pod({ uid: "b" })]));
      server.answer("namespaces", "list", list([namespace("shop", { labels: { team: "payments" } })]));
    },
    { rememberMs: 1000 },
  );
  await until("both watches", () => server.seen.length === 4);
  const last = { containerStatuses: [running("web", id("z"))] };
  server.send("pods", event("DELETED", pod({ uid: "a", containers: ["web", "side"], status: last })));
  server.send("namespaces", event("DELETED", namespace("shop")));
  server.send("pods", event("ADDED", pod({ uid: "c" })));
  server.send("namespaces", event("ADDED", namespace("next")));
  await until("the next events", () => view.pod("c") && view.namespace("next"));
  clock.ms = 999;
  assert.equal(view.pod("a")?.containerNameOf(id("z")), "web"); // told by its last state
  assert.deepEqual(view.namespace("shop")?.labels, [["team", "payments"]]);
  clock.ms = 1000;
  assert.deepEqual([view.pod("a"), view.namespace("shop")], [undefined, undefined]);
  assert.ok(view.pod("b"));
});

test("Without any other wish deleted ones are remembered for ten minutes", async (t) => {
  const { server, view, clock } = await watching(t, (server) => {
    server.answer("pods", "list", list([pod({ uid: "a" })]));
    server.answer(
      "pods",
      "watch",
      stream(event("DELETED", pod({ uid: "a" })), event("ADDED", pod({ uid: "b" }))),
    );
  });
  await until("the events", () => view.pod("b"));
  clock.ms = 599_999;
  assert.ok(view.pod("a"));
  clock.ms = 600_000;
  assert.equal(view.pod("a"), undefined);
  assert.equal(server.count("pods", "list"), 1);
});

test("A namespace made anew has its new labels", async (t) => {
  const { server, view } = await watching(t, (server) => {
    server.answer(
      "namespaces",
      "list",
      list([namespace("shop", { uid: "1", labels: { team: "payments" } })]),
    );
  });
  await until("the watch", () => server.count("namespaces", "watch") === 1);
  server.send("namespaces", event("DELETED", namespace("shop", { uid: "1" })));
  server.send("namespaces", event("ADDED", namespace("shop", { uid: "2", labels: { team: "fraud" } })));
  await until("the new one", () => view.namespace("shop")?.uid === "2");
  assert.deepEqual(view.namespace("shop")?.labels, [["team", "fraud"]]);
  server.send("namespaces", event("MODIFIED", namespace("shop", { uid: "3", labels: {} })));
  await until("the newest one", () => view.namespace("shop")?.uid === "3");
});

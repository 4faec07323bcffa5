import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { bookmark, list, status, stream } from "./api-server.ts";
import { pod } from "./objects.ts";
import { until } from "./until.ts";
import { watching } from "./watching.ts";

test("Retry-After is waited for", async (t) => {
  const { server, view } = await watching(t, (server) => {
    server.answer("pods", "list", status(429, "slow down", { "retry-after": "1" }), list([]));
  });
  await until("the first request", () => server.count("pods", "list") === 1);
  const firstMs = performance.now();
  await until("the second request", () => server.count("pods", "list") === 2);
  assert.ok(performance.now() - firstMs > 900);
  await until("the list", () => view.watches.pods.listed);
  assert.equal(view.watches.pods.counters.failures.throttled, 1);
});

test("An expired token is read anew", async (t) => {
  const { server, view, said } = await watching(t, (server) => {
    server.answer(
      "pods",
      "watch",
      (response) => {
        writeFileSync(server.tokenFile, "second\n");
        status(401, "Unauthorized")(response);
      },
      stream(),
    );
  });
  await until("the second watch", () => view.watches.pods.live);
  assert.deepEqual(
    server.seen.filter(({ resource }) => resource === "pods").map(({ headers }) => headers.authorization),
    ["Bearer first", "Bearer first", "Bearer second"],
  );
  assert.deepEqual([view.watches.pods.counters.failures.unauthorized, said], [1, []]);
});

test("403 names verb, resource and the fix at once, and is tried again slowly", async (t) => {
  const message = 'pods is forbidden: User "x" cannot list resource "pods"';
  const { server, view, said } = await watching(
    t,
    (server) => {
      server.answer("pods", "list", status(403, message));
      server.answer("namespaces", "watch", status(500));
    },
    { times: { forbiddenPauseMs: 120_000 } },
  );
  await until("other requests, again and again", () => server.count("namespaces", "watch") === 10);
  const problem = `no news of pods: netlog may not list pods (403 Forbidden: ${message}): bind a ClusterRole with the verb list on pods to its service account`;
  assert.deepEqual([view.problem, view.synced, server.count("pods", "list")], [problem, false, 1]);
  const ofPods = said.filter((text) => text.includes("pods"));
  assert.deepEqual(ofPods, [`warn: ${problem}; lines go out with what is known, and it is tried again`]);
});

test("403 that is mended is over by itself", async (t) => {
  const { view, said } = await watching(t, (server) => {
    server.answer("pods", "list", status(403), status(403), list([pod({ uid: "a" })]));
    server.answer("pods", "watch", stream(bookmark("105")));
  });
  await until("the end of it", () => view.synced && view.problem === undefined && said.length === 2);
  assert.ok(view.pod("a"));
});

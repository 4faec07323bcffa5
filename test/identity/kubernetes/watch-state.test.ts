import assert from "node:assert/strict";
import { test } from "node:test";
import { bookmark, list, status, stream } from "./api-server.ts";
import { until } from "./until.ts";
import { watching } from "./watching.ts";

test("A failure that the next request gets over is counted and not said; what goes on is, once, and its end", async (t) => {
  const { server, view, said, clock } = await watching(t, (server) => {
    server.answer("pods", "list", status(500, "etcd is ill"), list([]));
    server.answer("pods", "watch", status(500));
  });
  const failures = () => view.watches.pods.counters.failures.status;
  await until("five failures", () => failures() >= 5);
  assert.deepEqual(said, [
    `warn: no news of pods: the API server at ${server.url} refused to watch pods (500 Internal Server Error); lines go out with what is known, and it is tried again`,
  ]);
  assert.match(view.problem ?? "", /^no news of pods: .*500/);
  assert.deepEqual([view.synced, view.watches.pods.live], [true, false]);
  clock.ms = 35_000;
  server.answer("pods", "watch", stream(bookmark("105")));
  await until("the end of it", () => view.problem === undefined);
  assert.deepEqual(said.slice(1), ["info: news of pods come again, after 35 s"]);
  assert.equal(view.watches.pods.live, true);
});

test("One failure is no problem", async (t) => {
  const { server, view, said } = await watching(t, (server) => {
    server.answer("pods", "list", status(500), list([]));
    server.answer("pods", "watch", stream(bookmark("105")), stream());
  });
  await until("the watch", () => view.watches.pods.live);
  assert.deepEqual([said, view.watches.pods.counters.failures.status], [[], 1]);
  assert.deepEqual(
    view.watches.pods.counters.requests,
    server.seen.filter((one) => one.resource === "pods").length,
  );
});

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { test } from "node:test";
import { errorEvent, refusal } from "../../../src/identity/kubernetes/refusal.ts";
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

const NOW = Date.UTC(2026, 10, 22, 10, 31, 26, 500);
const ASKED = { verb: "list", resource: "pods" } as const;
const body = (details: object) => JSON.stringify({ kind: "Status", code: 429, details });

for (const [what, header, said, ms] of [
  ["in seconds", "7", "", 7000],
  ["as a date", "Sun, 22 Nov 2026 10:31:40 GMT", "", 13_500],
  ["as a date of the old kind", "Sunday, 22-Nov-26 10:31:40 GMT", "", 13_500],
  ["as a date that is over", "Sun, 22 Nov 2026 10:31:20 GMT", "", undefined],
  ["as neither", "soon", "", undefined],
  ["in the body alone", undefined, body({ retryAfterSeconds: 5 }), 5000],
  ["in both, of which the header is a proxy's word, too", "7", body({ retryAfterSeconds: 5 }), 7000],
  ["as neither, and in the body", "soon", body({ retryAfterSeconds: 5 }), 5000],
  ["in a body as something else", undefined, body({ retryAfterSeconds: "5" }), undefined],
  ["nowhere", undefined, "<html>busy</html>", undefined],
] as const) {
  test(`429 and 503 say when to come again ${what}`, (t) => {
    t.mock.timers.enable({ apis: ["Date"], now: NOW });
    for (const statusCode of [429, 503]) {
      const headers = header === undefined ? {} : { "retry-after": header };
      const { kind, retryAfterMs, relist } = refusal(
        ASKED,
        "https://server",
        { statusCode, headers } as IncomingMessage,
        said,
      );
      assert.deepEqual([kind, retryAfterMs, relist], ["throttled", ms, false]);
    }
  });
}

test("An error in the middle of a watch says when to come again, too", () => {
  const { kind, retryAfterMs, relist } = errorEvent(ASKED, { code: 429, details: { retryAfterSeconds: 3 } });
  assert.deepEqual([kind, retryAfterMs, relist], ["throttled", 3000, true]);
});

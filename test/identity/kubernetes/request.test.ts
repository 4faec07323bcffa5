import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { bookmark, event, kubeConfigOf, list, silence, status, stream } from "./api-server.ts";
import { pod } from "./objects.ts";
import { until } from "./until.ts";
import { watching } from "./watching.ts";

test("Credentials that cannot be read are a problem that names their file, until they are there again", async (t) => {
  const { server, view, said } = await watching(t, (server) => {
    server.answer(
      "pods",
      "list",
      (response) => {
        rmSync(server.tokenFile);
        status(401)(response);
      },
      list([]),
    );
    server.answer("pods", "watch", stream(bookmark("105")));
  });
  await until("the problem", () => view.watches.pods.problem);
  const problem = said.find((text) => text.startsWith("warn: no news of pods")) ?? "";
  assert.ok(problem.includes(`the credentials of KUBECONFIG (${server.kubeConfig}) cannot be read: ENOENT`));
  assert.ok(problem.includes(server.tokenFile), problem);
  writeFileSync(server.tokenFile, "second");
  await until("the end of it", () => view.watches.pods.listed && view.watches.pods.problem === undefined);
});

test("A request without an answer is given up and made again", async (t) => {
  const { server, view } = await watching(
    t,
    (server) => {
      server.answer("pods", "list", silence, list([]));
      server.answer("pods", "watch", silence, stream(event("ADDED", pod({ uid: "a" }))));
    },
    { times: { headersMs: 200 } },
  );
  await until("the pod", () => view.pod("a"), 60);
  assert.ok(view.watches.pods.counters.failures.silent >= 2);
  assert.equal(server.seen[0]?.verb, "list");
});

test("A list that stops in its middle is given up", async (t) => {
  const { view } = await watching(
    t,
    (server) =>
      server.answer(
        "pods",
        "list",
        (response) => response.write('{"metadata":{"resourceVersion":"1"},'),
        list([]),
      ),
    { times: { headersMs: 200 } },
  );
  await until("the list", () => view.watches.pods.listed, 60);
  assert.ok(view.watches.pods.counters.failures.silent >= 1);
});

test("A server that sent bookmarks and then nothing is left, and the watch goes on from the last one", async (t) => {
  const { server, view } = await watching(
    t,
    (server) => {
      server.answer(
        "pods",
        "watch",
        stream(bookmark("105")),
        stream(event("ADDED", pod({ uid: "a", version: "106" }))),
      );
    },
    { times: { silenceMs: 100 } },
  );
  await until("the pod", () => view.pod("a"));
  assert.deepEqual(server.versions("pods", "watch").slice(0, 2), ["100", "105"]);
  assert.equal(view.watches.pods.counters.failures.silent, 1);
});

test("A server that never sent a bookmark may be silent until the watch is to end, and no longer", async (t) => {
  const { server, view, said } = await watching(
    t,
    (server) => server.answer("pods", "watch", stream(), stream(bookmark("105"))),
    { times: { silenceMs: 1, shortestWatchMs: 150, graceMs: 50 } },
  );
  await until("the second watch", () => server.count("pods", "watch") >= 2);
  assert.ok(view.watches.pods.counters.failures.overdue >= 1);
  await until("the problem was said", () => said.some((text) => text.startsWith("warn: no news of pods: ")));
});

test("A server that is not there is a problem with its address", async (t) => {
  const { view } = await watching(t, (server) => {
    server.answer("pods", "watch", (response) => {
      writeFileSync(server.kubeConfig, kubeConfigOf("http://127.0.0.1:1", server.tokenFile));
      response.destroy();
    });
  });
  await until("the problem", () => view.watches.pods.problem);
  assert.match(
    view.watches.pods.problem ?? "",
    /^no news of pods: the API server at http:\/\/127.0.0.1:1 cannot be reached: connect ECONNREFUSED/,
  );
});

test("A line without an end is given up, and all is listed anew", async (t) => {
  const { server, view } = await watching(t, (server) => {
    const part = Buffer.alloc(2 ** 20, "x");
    server.answer(
      "pods",
      "watch",
      (response) => {
        for (let i = 0; i < 17; i++) response.write(part);
      },
      stream(),
    );
  });
  await until("the second watch", () => server.count("pods", "watch") === 2);
  assert.deepEqual([server.count("pods", "list"), view.watches.pods.counters.failures.malformed], [2, 1]);
});

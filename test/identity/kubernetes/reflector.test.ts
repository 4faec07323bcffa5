import assert from "node:assert/strict";
import { test } from "node:test";
import { type Answer, bookmark, ending, event, line, list, silence, status, stream } from "./api-server.ts";
import { pod } from "./objects.ts";
import { until } from "./until.ts";
import { watching } from "./watching.ts";

test("A watch that ended goes on from the last version that was told, by an object or a bookmark", async (t) => {
  const { server, view, said } = await watching(
    t,
    (server) => {
      server.answer(
        "pods",
        "watch",
        ending(event("ADDED", pod({ uid: "a", version: "104" }))),
        ending(bookmark("109")),
        ending(event("BOOKMARK", { kind: "Pod", metadata: {} })),
        ending(event("BOOKMARK", { kind: "Pod" })),
        stream(),
      );
    },
    { times: { standsMs: 0 } },
  );
  await until("five watches", () => server.count("pods", "watch") === 5);
  assert.deepEqual(server.versions("pods", "watch"), ["100", "104", "109", "109", "109"]);
  assert.equal(server.count("pods", "list"), 1);
  assert.ok(view.pod("a"));
  assert.deepEqual([view.watches.pods.counters.skipped, said], [0, []]);
});

test("Half an object is nothing, and comes again", async (t) => {
  const half = line(event("ADDED", pod({ uid: "b", version: "105" }))).slice(0, 90);
  const first = line(event("ADDED", pod({ uid: "a", version: "104" })));
  const { server, view } = await watching(
    t,
    (server) => {
      server.answer(
        "pods",
        "watch",
        (response) => response.write(first + half, () => response.destroy()),
        (response) => response.end(half),
        stream(event("ADDED", pod({ uid: "c", version: "106" }))),
      );
    },
    { times: { standsMs: 0 } },
  );
  await until("the third watch", () => view.pod("c"));
  assert.deepEqual(server.versions("pods", "watch"), ["100", "104", "104"]);
  assert.deepEqual([view.pod("a")?.uid, view.pod("b")], ["a", undefined]);
  assert.deepEqual(view.watches.pods.counters.failures.cut, 2);
  assert.equal(server.count("pods", "list"), 1);
});

for (const [how, answer] of [
  ["as a status", status(410, "too old resource version")],
  ["in mid-watch", stream(event("ERROR", { kind: "Status", code: 410 }))],
  ["by its reason", stream(event("ERROR", { kind: "Status", reason: "Expired" }))],
] as const) {
  test(`410 Gone ${how} makes a list, not older than what is known, that tells who is gone`, async (t) => {
    const { server, view, said } = await watching(t, (server) => {
      server.answer(
        "pods",
        "list",
        list([pod({ uid: "a" }), pod({ uid: "b" })]),
        list([pod({ uid: "b" })], "200"),
      );
      server.answer("pods", "watch", answer, stream(event("DELETED", pod({ uid: "b", version: "201" }))));
    });
    await until("the second watch", () => server.count("pods", "watch") === 2);
    assert.deepEqual(
      [server.versions("pods", "list"), server.versions("pods", "watch")],
      [
        ["0", "100"],
        ["100", "200"],
      ],
    );
    assert.ok(view.pod("a"), "remembered");
    const { relists, failures } = view.watches.pods.counters;
    assert.deepEqual([relists, failures.gone, said], [1, 1, []]);
  });
}

test("A server that does not know the version lists its newest", async (t) => {
  const tooNew: Answer = (response) =>
    response.writeHead(504).end(
      JSON.stringify({
        kind: "Status",
        code: 504,
        details: { causes: [{ reason: "ResourceVersionTooLarge" }] },
      }),
    );
  const { server } = await watching(t, (server) => {
    server.answer("pods", "list", list([]), tooNew, status(410), list([], "7"));
    server.answer("pods", "watch", status(410), stream());
  });
  await until("the second watch", () => server.count("pods", "watch") === 2);
  assert.deepEqual(server.versions("pods", "list"), ["0", "100", undefined, undefined]);
  assert.deepEqual(server.versions("pods", "watch"), ["100", "7"]);
});

test("Other errors in mid-watch make a list", async (t) => {
  const { server, view } = await watching(t, (server) => {
    server.answer("pods", "list", list([]), list([pod({ uid: "a" })], "200"));
    server.answer(
      "pods",
      "watch",
      stream(event("ERROR", { kind: "Status", code: 500, message: "no" })),
      stream(),
    );
  });
  await until("the second watch", () => server.count("pods", "watch") === 2);
  assert.ok(view.pod("a"));
});

test("A watch that ends at once is not asked for again at once", async (t) => {
  const { server, view } = await watching(t, (server) => server.answer("pods", "watch", ending()), {
    times: { firstPauseMs: 120_000, longestPauseMs: 120_000 },
  });
  await until("the failure", () => view.watches.pods.counters.failures.cut === 1);
  assert.equal(server.count("pods", "watch"), 1);
});

for (const [random, timeoutSeconds] of [
  [0, "300"],
  [0.999, "600"],
] as const) {
  test(`A server is asked to end a watch after ${timeoutSeconds} s, where chance says ${random}`, async (t) => {
    const { server } = await watching(t, () => {}, { times: "real", random });
    await until("both watches", () => server.seen.length === 4);
    const watches = server.seen.filter(({ verb }) => verb === "watch");
    assert.deepEqual(
      watches.map(({ query }) => query["timeoutSeconds"]),
      [timeoutSeconds, timeoutSeconds],
    );
  });
}

test("Each watch that the server ended at its time is one request, and nothing is said", async (t) => {
  const { server, view, said } = await watching(
    t,
    (server) => server.answer("pods", "watch", ...Array.from({ length: 10 }, () => ending()), stream()),
    { times: { standsMs: 0 } },
  );
  await until("eleven watches", () => server.count("pods", "watch") === 11);
  await until("both watches", () => view.watches.namespaces.live);
  assert.deepEqual([server.count("pods", "list"), server.count("namespaces", "watch"), said], [1, 1, []]);
});

const HOUR = 3_600_000;
for (const [where, verb, listAnswer, watchAnswer] of [
  ["a list without an answer", "list", silence, silence],
  ["a watch without an answer", "watch", list([]), silence],
  ["an open watch", "watch", list([]), stream()],
  ["a pause", "list", status(500), silence],
] as const) {
  test(`The end comes at once, at ${where} too`, async (t) => {
    const { server, view, stop } = await watching(
      t,
      (server) => {
        server.answer("pods", "list", listAnswer);
        server.answer("pods", "watch", watchAnswer);
      },
      { times: { firstPauseMs: HOUR, longestPauseMs: HOUR, headersMs: HOUR, shortestWatchMs: HOUR } },
    );
    const { pods } = view.watches;
    await until("the request", () => server.count("pods", verb) === 1);
    if (watchAnswer !== silence) await until("the answer", () => pods.live);
    if (where === "a pause") await until("the answer", () => pods.counters.failures.status === 1);
    let ended = false;
    void view.done.then(() => {
      ended = true;
    });
    stop();
    await until("the end", () => ended);
    assert.equal(server.count("pods", verb), 1);
  });
}

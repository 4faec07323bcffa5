import assert from "node:assert/strict";
import { test } from "node:test";
import { event, line, list, stream } from "./api-server.ts";
import { pod } from "./objects.ts";
import { until } from "./until.ts";
import { watching } from "./watching.ts";

test("What comes byte by byte is what comes at once", async (t) => {
  const text = Buffer.from(
    line(event("ADDED", pod({ uid: "a", name: "wéb-☃", labels: { ключ: "значение" } }))),
  );
  const { view } = await watching(t, (server) => {
    server.answer("pods", "watch", async (response) => {
      response.socket?.setNoDelay(true);
      for (const byte of text) await new Promise((sent) => response.write(Buffer.of(byte), sent));
    });
  });
  await until("the pod", () => view.pod("a"));
  assert.deepEqual([view.pod("a")?.name, view.pod("a")?.labels], ["wéb-☃", [["ключ", "значение"]]]);
});

test("Lines that are no events make a list", async (t) => {
  const { server, view } = await watching(t, (server) => {
    server.answer(
      "pods",
      "watch",
      (response) => response.write("<html>\n"),
      (response) => response.write("null\n"),
      stream(),
    );
  });
  await until("the third watch", () => server.count("pods", "watch") === 3);
  assert.deepEqual([server.count("pods", "list"), view.watches.pods.counters.failures.malformed], [3, 2]);
});

test("Something else than a list is tried again", async (t) => {
  const { view } = await watching(t, (server) => {
    server.answer(
      "pods",
      "list",
      (response) => response.end("<html>"),
      (response) => response.end("{}"),
      list([]),
    );
  });
  await until("the list", () => view.watches.pods.listed);
  assert.equal(view.watches.pods.counters.failures.malformed, 2);
});

test("Objects that are not as the API promises are skipped and counted, and said once", async (t) => {
  const broken = { metadata: { uid: "b", name: "odd", namespace: "shop" }, spec: {} };
  const { server, view, said } = await watching(t, (server) => {
    server.answer("pods", "list", list([broken, pod({ uid: "a" }), 7, null]));
  });
  await until("the watch", () => server.count("pods", "watch") === 1);
  const labels = { n: 1 as unknown as string };
  server.send(
    "pods",
    event("ADDED", pod({ uid: "c", labels })),
    event("NEW", {}),
    event("ADDED", pod({ uid: "d" })),
  );
  await until("the last one", () => view.pod("d"));
  assert.deepEqual([view.pod("a")?.uid, view.pod("b"), view.pod("c")], ["a", undefined, undefined]);
  assert.equal(view.watches.pods.counters.skipped, 5);
  assert.deepEqual(said, [
    "warn: one of the pods that the API server sent is skipped, shop/odd: spec.containers: Invalid input: expected array, received undefined; others are counted",
  ]);
});

test("A pod whose last state cannot be read is deleted all the same", async (t) => {
  const { server, view, clock } = await watching(t, (server) => {
    server.answer("pods", "list", list([pod({ uid: "a" })]));
  });
  await until("the watch", () => server.count("pods", "watch") === 1);
  server.send(
    "pods",
    event("DELETED", { metadata: { uid: "a", name: "pod-a" } }),
    event("ADDED", pod({ uid: "b" })),
  );
  await until("the next event", () => view.pod("b"));
  clock.ms = 600_000;
  assert.equal(view.pod("a"), undefined);
});

test("The end of an object that is not named makes a list", async (t) => {
  const { server, view } = await watching(t, (server) => {
    server.answer("pods", "list", list([pod({ uid: "a" })]), list([]));
    server.answer("pods", "watch", stream(event("DELETED", {})), stream());
  });
  await until("the second watch", () => server.count("pods", "watch") === 2);
  const { failures, skipped } = view.watches.pods.counters;
  assert.deepEqual([server.count("pods", "list"), failures.malformed, skipped], [2, 1, 1]);
});

test("A list of 10 MB is taken over", async (t) => {
  const filler = "x".repeat(20_000);
  const pods = Array.from({ length: 500 }, (_, i) => pod({ uid: `uid-${i}`, annotations: { filler } }));
  const { view } = await watching(t, (server) => server.answer("pods", "list", list(pods)));
  await until("the list", () => view.watches.pods.listed);
  assert.equal(pods.filter(({ metadata }) => view.pod(metadata.uid)).length, 500);
});

import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { findCluster } from "../../../src/identity/kubernetes/cluster.ts";
import type { Times } from "../../../src/identity/kubernetes/times.ts";
import { watchCluster } from "../../../src/identity/kubernetes/watch-cluster.ts";
import { type ApiServer, startApiServer } from "./api-server.ts";

/** Short pauses; waits that no test is to see end, unless it sets them. */
export const TIMES: Times = {
  firstPauseMs: 2,
  longestPauseMs: 8,
  forbiddenPauseMs: 20,
  longestRetryAfterMs: 60_000,
  headersMs: 60_000,
  listMs: 60_000,
  shortestWatchMs: 60_000,
  graceMs: 60_000,
  silenceMs: 60_000,
  standsMs: 60_000,
};

type Options = {
  readonly times?: Partial<Times> | "real";
  readonly rememberMs?: number;
  readonly random?: number;
};

/** Watches a fake API server until the end of the test, and then makes sure that it did end. */
export async function watching(
  t: TestContext,
  prepare: (server: ApiServer) => void = () => {},
  options: Options = {},
) {
  const server = await startApiServer(t);
  prepare(server);
  const cluster = await findCluster("on", { KUBECONFIG: server.kubeConfig });
  assert.ok(cluster);
  const controller = new AbortController();
  const said: string[] = [];
  const clock = { ms: 0 };
  const { times = {}, rememberMs, random = 0 } = options;
  const view = watchCluster({
    cluster,
    nodeName: "node-1",
    version: "1.2.3",
    signal: controller.signal,
    log: (level, message) => said.push(`${level}: ${message}`),
    now: () => clock.ms,
    random: () => random,
    ...(rememberMs === undefined ? {} : { rememberMs }),
    ...(times === "real" ? {} : { times: { ...TIMES, ...times } }),
  });
  t.after(async () => {
    controller.abort();
    await view.done;
  });
  return { server, view, said, clock, stop: () => controller.abort() };
}

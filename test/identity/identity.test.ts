import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import pino from "pino";
import { startIdentity } from "../../src/identity/identity.ts";

/** Starts and ends it where there is neither a pod's service account nor a KUBECONFIG; gives netlog's messages. */
async function start(t: TestContext, kubernetes: "auto" | "off"): Promise<string[]> {
  const said: string[] = [];
  const log = pino({}, { write: (line: string) => said.push(JSON.parse(line).msg) });
  const identity = await startIdentity({
    kubernetes,
    labels: { namespace: { include: ["*"], exclude: [] }, pod: { include: [], exclude: [] } },
    ownPod: undefined,
    waitMs: 2000,
    controller: undefined,
    env: {},
    version: "1.2.3",
    log,
    signal: t.signal,
    onEvent: () => {},
  });
  assert.equal(identity.problem, undefined);
  identity[Symbol.dispose]();
  return said;
}

test("`auto` without a cluster says once that containers go by their ids", async (t) => {
  assert.deepEqual(await start(t, "auto"), [
    "no Kubernetes API here (no pod's service account, no KUBECONFIG): containers go by their ids",
  ]);
});

test("`off` says nothing", async (t) => {
  assert.deepEqual(await start(t, "off"), []);
});

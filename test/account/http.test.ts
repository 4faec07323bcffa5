import assert from "node:assert/strict";
import { once } from "node:events";
import type { Server } from "node:http";
import { type AddressInfo, connect, createServer } from "node:net";
import { type TestContext, test } from "node:test";
import { type ListenAddress, ListenError, serveHttp } from "../../src/account/http.ts";

const METRICS = { contentType: "text/plain; version=0.0.4", text: async () => "netlog_ready 1\n" };

async function serve(
  t: TestContext,
  notReady: () => string | undefined = () => undefined,
  metrics: { contentType: string; text: () => Promise<string> } = METRICS,
): Promise<string> {
  const server: Server = await serveHttp({ host: "127.0.0.1", port: 0 }, { notReady, metrics });
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

for (const [path, down, status, body] of [
  ["/livez", undefined, 200, "ok\n"],
  ["/livez", "bpftrace was ended by SIGKILL", 200, "ok\n"],
  ["/readyz", undefined, 200, "ok\n"],
  ["/readyz", "bpftrace was ended by SIGKILL", 503, "bpftrace was ended by SIGKILL\n"],
  ["/", undefined, 404, "netlog serves /metrics, /livez and /readyz\n"],
] as const) {
  test(`${path} answers ${status} while ${down ?? "the probes are attached"}`, async (t) => {
    const response = await fetch(`${await serve(t, () => down)}${path}`);
    assert.deepEqual([response.status, await response.text()], [status, body]);
    assert.equal(response.headers.get("content-type"), "text/plain");
  });
}

test("Readiness is asked for at each request", async (t) => {
  let down: string | undefined = "the probes are not attached yet";
  const server = await serve(t, () => down);
  assert.equal((await fetch(`${server}/readyz`)).status, 503);
  down = undefined;
  assert.equal((await fetch(`${server}/readyz`)).status, 200);
});

test("/metrics answers with the metrics, whether the probes are attached or not", async (t) => {
  const response = await fetch(`${await serve(t, () => "bpftrace was ended by SIGKILL")}/metrics`);
  assert.deepEqual([response.status, await response.text()], [200, "netlog_ready 1\n"]);
  assert.equal(response.headers.get("content-type"), "text/plain; version=0.0.4");
});

test("Metrics that fail are an answer that says so, and the next question is answered", async (t) => {
  const text = async () => {
    throw new Error("no number");
  };
  const server = await serve(t, undefined, { ...METRICS, text });
  const response = await fetch(`${server}/metrics`);
  assert.deepEqual([response.status, await response.text()], [500, "no number\n"]);
  assert.equal((await fetch(`${server}/livez`)).status, 200);
});

test("A connection that asks nothing is closed within seconds", { timeout: 20_000 }, async (t) => {
  const { port } = new URL(await serve(t));
  const idle = connect(Number(port), "127.0.0.1").resume();
  const since = performance.now();
  await once(idle, "close");
  assert.ok(performance.now() - since > 1000);
});

test("A port in use is an error that says so, with the fix", async (t) => {
  const other = createServer().listen(0, "127.0.0.1");
  t.after(() => other.close());
  await new Promise((resolve) => other.once("listening", resolve));
  const { port } = other.address() as AddressInfo;
  await assertRefused({ host: "127.0.0.1", port }, `127.0.0.1:${port} is in use by another program: ${FIX}`);
});

for (const [host, shown] of [
  ["192.0.2.1", "192.0.2.1:9464"],
  ["2001:db8::1", "[2001:db8::1]:9464"],
] as const) {
  test(`${host}, which is not this machine's, is an error that says so, with the fix`, async () => {
    const address = { host, port: 9464 };
    await assertRefused(address, new RegExp(`^cannot listen on ${RegExp.escape(shown)} \\(E\\w+\\): `));
  });
}

const FIX = "set http.listen in the configuration to a free one, or to nothing";

async function assertRefused(address: ListenAddress, message: string | RegExp): Promise<void> {
  await assert.rejects(serveHttp(address, { notReady: () => undefined, metrics: METRICS }), (error) => {
    assert.ok(error instanceof ListenError && error.cause instanceof Error);
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    assert.ok(error.message.endsWith(FIX));
    return true;
  });
}

import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { test } from "node:test";
import { lacking } from "../facilities.ts";
import { until } from "../probe/until.ts";
import { freePort, Netlog } from "./process-netlog.ts";

const skip = lacking("bpftrace");

test("/readyz says 200 while the probes are attached and 503 while they are not, /livez 200 all the time", {
  skip,
}, async (t) => {
  const port = await freePort();
  const netlog = await Netlog.start(t, { config: `http: { listen: "127.0.0.1:${port}" }` });
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
  const readiness = async () => (await get("/readyz"))?.status;
  await until("it answers", readiness, 60);
  assert.equal((await get("/livez"))?.status, 200);
  if (!netlog.stdout.includes("#start")) assert.equal(await readiness(), 503);
  await netlog.attached();
  await netlog.line("#start");
  assert.equal(await readiness(), 200);

  for (const pid of netlog.bpftrace()) process.kill(pid, "SIGKILL");
  await until("it is not ready", async () => (await readiness()) === 503);
  const response = await get("/readyz");
  assert.equal(await response?.text(), "bpftrace was ended by SIGKILL\n");
  assert.equal((await get("/livez"))?.status, 200);
  await until("it is ready again", async () => (await readiness()) === 200, 60);
  await netlog.line("reason=bpftrace-ended");

  // Somebody who connects and never asks must not hold up the end.
  const silent = connect(port, "127.0.0.1").on("error", () => {});
  t.after(() => silent.destroy());
  await once(silent, "connect");
  netlog.child.kill("SIGTERM");
  await until("netlog has ended", () => netlog.isOver, 5);
  assert.equal((await netlog.ended).code, 0);
});

test("A port in use is told, with exit code 1, and no bpftrace is left", { skip }, async (t) => {
  const other = createServer();
  t.after(() => other.close());
  await once(other.listen(0, "127.0.0.1"), "listening");
  const { port } = other.address() as AddressInfo;
  const netlog = await Netlog.start(t, { config: `http: { listen: "127.0.0.1:${port}" }` });
  assert.deepEqual(await netlog.ended, { code: 1, signal: null });
  assert.equal(netlog.stdout, "");
  assert.match(
    netlog.stderr,
    new RegExp(`"level":60,.*"msg":"127\\.0\\.0\\.1:${port} is in use by another program: set http\\.listen`),
  );
  assert.deepEqual(netlog.bpftrace(), []);
});

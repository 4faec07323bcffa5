import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { findCluster } from "../../../src/identity/kubernetes/cluster.ts";
import { ApiFailure } from "../../../src/identity/kubernetes/errors.ts";
import { readNamespace } from "../../../src/identity/kubernetes/read-namespace.ts";
import { namespace } from "./objects.ts";

const noOpenssl = spawnSync("openssl", ["version"]).status !== 0 && "openssl is not installed";

/** A server of HTTPS in a pod's eyes, with its certificate as the CA. */
async function inPod(t: TestContext) {
  const account = mkdtempSync(join(tmpdir(), "netlog-tls-"));
  t.after(() => rmSync(account, { recursive: true }));
  const [key, cert] = [join(account, "key"), join(account, "ca.crt")];
  const ask =
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=api -addext subjectAltName=IP:127.0.0.1";
  const { status, stderr } = spawnSync("openssl", [...ask.split(" "), "-keyout", key, "-out", cert]);
  assert.equal(status, 0, String(stderr));
  writeFileSync(join(account, "token"), "secret");
  const tokens: (string | undefined)[] = [];
  const server = https.createServer(
    { key: readFileSync(key), cert: readFileSync(cert) },
    (request, response) => {
      tokens.push(request.headers.authorization);
      response.end(JSON.stringify(namespace("shop")));
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const env = {
    KUBERNETES_SERVICE_HOST: "127.0.0.1",
    KUBERNETES_SERVICE_PORT: String((server.address() as AddressInfo).port),
  };
  const read = async () => {
    const cluster = (await findCluster("on", env, account)) ?? assert.fail();
    return readNamespace({ cluster, name: "shop", version: "1", signal: new AbortController().signal });
  };
  return { cert, tokens, read };
}

test("The service account's CA is trusted, and no other one is", { skip: noOpenssl }, async (t) => {
  const [trusted, other] = [await inPod(t), await inPod(t)];
  const read = await trusted.read();
  assert.equal(read.name, "shop");
  assert.deepEqual(trusted.tokens, ["Bearer secret"]);

  writeFileSync(trusted.cert, readFileSync(other.cert));
  const failure = await trusted.read();
  assert.ok(failure instanceof ApiFailure);
  assert.match(
    failure.message,
    /^the API server at https:\/\/127.0.0.1:\d+ cannot be reached: .*self-signed/,
  );
  assert.equal(trusted.tokens.length, 1, "no token is shown to a server that is not trusted");
});

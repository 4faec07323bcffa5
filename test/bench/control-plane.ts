import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../host/process-netlog.ts";

const START_S = 120;
const STOP_MS = 10_000;

/** A request as the server noted it when it came. */
export type Audited = {
  readonly user: string;
  readonly agent: string;
  readonly verb: string;
  readonly resource: string;
  readonly atMs: number;
};

/** What a real cluster has for it: no more than this lets a pod of netlog's do what it does. */
const ROLE = { apiGroups: [""], resources: ["pods", "namespaces"], verbs: ["list", "watch"] };

/** Which of the programs it needs are not on the PATH. */
export function lackingPrograms(): string[] {
  return ["etcd", "apiserver"].filter((name) => {
    try {
      execFileSync("sh", ["-c", 'command -v "$1"', "sh", name]);
      return false;
    } catch {
      return true;
    }
  });
}

/** A real API server with its etcd and nothing else: nobody asks it for anything but whoever it is started for. */
export class ControlPlane implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  readonly #children: ChildProcess[] = [];

  private constructor(port: number) {
    this.port = port;
    this.#folder = mkdtempSync(join(tmpdir(), "netlog-control-plane-"));
  }

  /** `users` may do what netlog's role allows; a user's name is its token. */
  static async start(users: readonly string[]): Promise<ControlPlane> {
    const plane = new ControlPlane(await freePort());
    try {
      await plane.#start(users);
      return plane;
    } catch (error) {
      await plane[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Asks for something as its administrator. */
  async call(method: string, path: string, body?: object): Promise<unknown> {
    const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const options = { method, port: this.port, host: "127.0.0.1", rejectUnauthorized: false };
    const headers = { authorization: "Bearer admin", "content-type": type };
    return new Promise((resolve, reject) => {
      const request = https.request({ ...options, path, headers }, async (response) => {
        const said = await text(response);
        if ((response.statusCode ?? 0) < 300) resolve(said.startsWith("{") ? JSON.parse(said) : said);
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${said}`));
      });
      request.once("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** What its own audit log has of the users' requests. */
  audited(): Audited[] {
    const lines = readFileSync(this.#file("audit.log"), "utf8").split("\n").slice(0, -1);
    return lines.map((line) => {
      const { user, userAgent, verb, objectRef, requestReceivedTimestamp } = JSON.parse(line);
      const { resource } = objectRef;
      const atMs = Date.parse(requestReceivedTimestamp);
      return { user: user.username, agent: userAgent, verb, resource, atMs };
    });
  }

  /** A kubeconfig for one of the users, by way of another port. */
  kubeConfig(user: string, port: number): string {
    const cluster = { server: `https://127.0.0.1:${port}`, "insecure-skip-tls-verify": true };
    return this.#write(
      `kubeconfig-${user}`,
      JSON.stringify({
        "current-context": "bench",
        contexts: [{ name: "bench", context: { cluster: "bench", user } }],
        clusters: [{ name: "bench", cluster }],
        users: [{ name: user, user: { token: user } }],
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      await ended;
      clearTimeout(timer);
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start(users: readonly string[]): Promise<void> {
    const [client, peer] = [await freePort(), await freePort()].map((port) => `http://127.0.0.1:${port}`);
    this.#run("etcd", [
      `--data-dir=${this.#file("etcd")}`,
      ...[`--listen-client-urls=${client}`, `--advertise-client-urls=${client}`],
      ...[`--listen-peer-urls=${peer}`, "--unsafe-no-fsync", "--log-level=warn"],
    ]);
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const key = this.#write("sa.key", privateKey.export({ type: "pkcs1", format: "pem" }).toString());
    const tokens = users.map((user) => `${user},${user},${user}\n`).join("");
    // Only netlog's requests, and each once.
    const policy = {
      apiVersion: "audit.k8s.io/v1",
      kind: "Policy",
      omitStages: ["ResponseStarted", "ResponseComplete", "Panic"],
      rules: [{ level: "Metadata", users }, { level: "None" }],
    };
    this.#run("apiserver", [
      ...[`--etcd-servers=${client}`, "--bind-address=127.0.0.1", `--secure-port=${this.port}`],
      ...[`--cert-dir=${this.#file("certificates")}`, "--authorization-mode=RBAC"],
      `--token-auth-file=${this.#write("tokens", `admin,admin,admin,system:masters\n${tokens}`)}`,
      ...["--disable-admission-plugins=ServiceAccount", "--service-account-issuer=https://bench"],
      ...[`--service-account-key-file=${key}`, `--service-account-signing-key-file=${key}`],
      `--audit-policy-file=${this.#write("policy", JSON.stringify(policy))}`,
      `--audit-log-path=${this.#file("audit.log")}`,
    ]);
    await this.#ready();
    const rbac = "/apis/rbac.authorization.k8s.io/v1";
    await this.call("POST", `${rbac}/clusterroles`, { metadata: { name: "netlog" }, rules: [ROLE] });
    await this.call("POST", `${rbac}/clusterrolebindings`, {
      metadata: { name: "netlog" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "netlog" },
      subjects: users.map((name) => ({ apiGroup: "rbac.authorization.k8s.io", kind: "User", name })),
    });
  }

  async #ready(): Promise<void> {
    for (let second = 0; second < START_S; second++) {
      const ended = this.#children.find(({ exitCode }) => exitCode !== null);
      if (ended !== undefined)
        throw new Error(`it has ended: ${readFileSync(this.#file("output"), "utf8").slice(-2000)}`);
      if ((await this.call("GET", "/readyz").catch(() => undefined)) !== undefined) return;
      await delay(1000);
    }
    throw new Error(`the API server is not ready after ${START_S} s`);
  }

  #run(program: string, args: readonly string[]): void {
    const output = openSync(this.#file("output"), "a");
    this.#children.push(spawn(program, args, { stdio: ["ignore", output, output] }));
    closeSync(output);
  }

  #write(name: string, content: string): string {
    writeFileSync(this.#file(name), content);
    return this.#file(name);
  }

  #file(name: string): string {
    return join(this.#folder, name);
  }
}

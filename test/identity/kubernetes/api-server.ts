import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

export type Resource = "pods" | "namespaces";
export type Verb = "list" | "watch" | "get";
export type Answer = (response: ServerResponse) => void;
export type Seen = {
  readonly verb: Verb;
  readonly resource: Resource;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage["headers"];
};

/** An API server that answers as it is told to: each answer once, and the last one again and again. */
export type ApiServer = {
  readonly url: string;
  /** A kubeconfig file of it, with a token file beside it. */
  readonly kubeConfig: string;
  readonly tokenFile: string;
  readonly seen: Seen[];
  /** What it answers from now on. */
  readonly answer: (resource: Resource, verb: Verb, ...answers: readonly Answer[]) => void;
  /** Writes events to the watch that is open. */
  readonly send: (resource: Resource, ...events: readonly unknown[]) => void;
  /** The answer of the watch that was opened last. */
  readonly watch: (resource: Resource) => ServerResponse;
  readonly count: (resource: Resource, verb: Verb) => number;
  /** The resourceVersions that were asked for, in order. */
  readonly versions: (resource: Resource, verb: Verb) => (string | undefined)[];
};

/** @param port on loopback; 0: any */
export async function startApiServer(t: Pick<TestContext, "after">, port = 0): Promise<ApiServer> {
  const folder = mkdtempSync(join(tmpdir(), "netlog-api-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const seen: Seen[] = [];
  const watches = new Map<string, ServerResponse>();
  const answers = new Map<string, Answer[]>([
    ["pods list", [list([])]],
    ["namespaces list", [list([])]],
    ["pods watch", [stream()]],
    ["namespaces watch", [stream()]],
  ]);
  const server = http.createServer((request, response) => {
    const one = readRequest(request);
    seen.push(one);
    const key = `${one.resource} ${one.verb}`;
    if (one.verb === "watch") watches.set(one.resource, response);
    const left = answers.get(key) ?? [];
    const answer = left.length > 1 ? left.shift() : left[0];
    (answer ?? status(404))(response);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tokenFile = join(folder, "token");
  const kubeConfig = join(folder, "kubeconfig");
  writeFileSync(tokenFile, "first");
  writeFileSync(kubeConfig, kubeConfigOf(url, tokenFile));
  const asked = (resource: Resource, verb: Verb) =>
    seen.filter((one) => one.resource === resource && one.verb === verb);
  const watch = (resource: Resource) => {
    const response = watches.get(resource);
    if (response === undefined) throw new Error(`no watch of ${resource}`);
    return response;
  };
  return {
    url,
    kubeConfig,
    tokenFile,
    seen,
    answer: (resource, verb, ...given) => answers.set(`${resource} ${verb}`, [...given]),
    send: (resource, ...events) => watch(resource).write(events.map(line).join("")),
    watch,
    count: (resource, verb) => asked(resource, verb).length,
    versions: (resource, verb) => asked(resource, verb).map(({ query }) => query["resourceVersion"]),
  };
}

export function list(items: readonly unknown[], resourceVersion = "100"): Answer {
  return (response) => response.end(JSON.stringify({ kind: "List", metadata: { resourceVersion }, items }));
}

/** A watch that says this and stays open. */
export function stream(...events: readonly unknown[]): Answer {
  return (response) => {
    response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
    if (events.length > 0) response.write(events.map(line).join(""));
  };
}

/** A watch that says this and ends, as the server does at its time. */
export function ending(...events: readonly unknown[]): Answer {
  return (response) => response.end(events.map(line).join(""));
}

export function status(code: number, message = "", headers: Readonly<Record<string, string>> = {}): Answer {
  const body = { kind: "Status", status: "Failure", code, message };
  return (response) => response.writeHead(code, headers).end(JSON.stringify(body));
}

/** Takes the request and says nothing. */
export const silence: Answer = () => {};

export function event(type: string, object: unknown) {
  return { type, object };
}

export function bookmark(resourceVersion: string) {
  return event("BOOKMARK", { kind: "Pod", metadata: { resourceVersion } });
}

export function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

function readRequest(request: IncomingMessage): Seen {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://server");
  const [, , , resource, name] = pathname.split("/");
  const verb = searchParams.get("watch") === "true" ? "watch" : name === undefined ? "list" : "get";
  return {
    verb,
    resource: resource as Resource,
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: request.headers,
  };
}

export function kubeConfigOf(server: string, tokenFile: string): string {
  return JSON.stringify({
    "current-context": "here",
    contexts: [{ name: "here", context: { cluster: "fake", user: "netlog" } }],
    clusters: [{ name: "fake", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "netlog", user: { "auth-provider": { name: "tokenFile", config: { tokenFile } } } }],
  });
}

import { once } from "node:events";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import type { Access, Cluster } from "./cluster.ts";
import { ApiFailure, asFailure } from "./errors.ts";
import { refusal } from "./refusal.ts";

/** The kernel asks a peer that says nothing whether it is still there; a host that is gone is noticed in a minute. */
const KEEP_ALIVE_MS = 30_000;
const MAX_REFUSAL_BYTES = 64 * 1024;

export type Get = {
  readonly cluster: Cluster;
  /** netlog's own, for the User-Agent. */
  readonly version: string;
  /** What is asked, in RBAC's words. */
  readonly verb: "get" | "list" | "watch";
  readonly resource: "pods" | "namespaces";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly accept: string;
  readonly signal: AbortSignal;
  /** How long the server may take until its answer begins. */
  readonly headersMs: number;
};

/**
 * Asks the API server, over a connection of its own: so no request waits for a dead connection of an earlier one,
 * and each finds new credentials and the server that is there now. Resolves when the answer with status 200 begins.
 * @throws ApiFailure
 */
export async function get(request: Get): Promise<IncomingMessage> {
  const access = await credentials(request);
  const response = await send(request, access);
  if (response.statusCode === 200) return response;
  const body = await readWhole(response, { maxBytes: MAX_REFUSAL_BYTES, totalMs: request.headersMs }).catch(
    () => "",
  );
  throw refusal(request, access.server, response, body);
}

async function credentials({ cluster, headersMs, signal }: Get): Promise<Access> {
  const timer = new AbortController();
  try {
    return await Promise.race([
      cluster.access(),
      delay(headersMs, undefined, { signal: AbortSignal.any([signal, timer.signal]) }).then(() => {
        throw new Error(`they did not come in ${headersMs / 1000} s`);
      }),
    ]);
  } catch (error) {
    const { message } = asFailure(error, "credentials");
    throw new ApiFailure("credentials", `the credentials of ${cluster.source} cannot be read: ${message}`, {
      cause: error,
    });
  } finally {
    timer.abort();
  }
}

async function send(request: Get, { server, options }: Access): Promise<IncomingMessage> {
  const { path, query, accept, version, signal, headersMs } = request;
  const url = `${server}${path}${query ? `?${new URLSearchParams(query)}` : ""}`;
  const headers = { ...options.headers, Accept: accept, "User-Agent": `netlog/${version}` };
  try {
    const sent = (url.startsWith("https:") ? https : http).get(url, { ...options, headers, signal });
    sent.on("error", () => {}); // those after the beginning of the answer reach its reader as well
    sent.setSocketKeepAlive(true, KEEP_ALIVE_MS);
    const late = new ApiFailure(
      "silent",
      `the API server at ${server} did not answer in ${seconds(headersMs)}`,
    );
    const timer = setTimeout(() => sent.destroy(late), headersMs);
    const [response] = (await once(sent, "response").finally(() => clearTimeout(timer))) as [IncomingMessage];
    response.on("error", () => {});
    return response;
  } catch (error) {
    if (error instanceof ApiFailure) throw error;
    const { message } = asFailure(error, "connection");
    throw new ApiFailure("connection", `the API server at ${server} cannot be reached: ${message}`, {
      cause: error,
    });
  }
}

type Limits = {
  /** How long no byte may come; it is asked anew after each. None: as long as it takes. */
  readonly silenceMs?: () => number | undefined;
  /** How long it may take in all. */
  readonly totalMs: number;
};

/**
 * The bytes of an answer as they come. Leaving the loop ends the connection.
 * @throws ApiFailure `cut`, `silent` or `overdue`
 */
export async function* read(
  response: IncomingMessage,
  { silenceMs, totalMs }: Limits,
): AsyncGenerator<Buffer> {
  const fail = (kind: "silent" | "overdue", message: string) =>
    response.destroy(new ApiFailure(kind, message));
  const total = setTimeout(
    () => fail("overdue", `the API server's answer was not at its end after ${seconds(totalMs)}`),
    totalMs,
  );
  let silence: NodeJS.Timeout | undefined;
  const listen = () => {
    clearTimeout(silence);
    const ms = silenceMs?.();
    if (ms === undefined) return;
    silence = setTimeout(() => fail("silent", `the API server said nothing for ${seconds(ms)}`), ms);
  };
  try {
    listen();
    for await (const chunk of response) {
      yield chunk as Buffer;
      listen();
    }
  } catch (error) {
    if (error instanceof ApiFailure) throw error;
    const { message } = asFailure(error, "cut");
    throw new ApiFailure("cut", `the connection to the API server broke off: ${message}`, { cause: error });
  } finally {
    clearTimeout(total);
    clearTimeout(silence);
  }
}

/**
 * An answer's whole text.
 * @throws ApiFailure as read() does, and `malformed` beyond `maxBytes`
 */
export async function readWhole(
  response: IncomingMessage,
  { maxBytes, ...limits }: Limits & { readonly maxBytes: number },
): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of read(response, limits)) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new ApiFailure("malformed", `the API server's answer has more than ${maxBytes / 2 ** 20} MiB`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}

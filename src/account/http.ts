import { createServer, type Server } from "node:http";

/** Where to listen; without a host on every address. */
export type ListenAddress = { readonly host?: string | undefined; readonly port: number };

/** Something else listens there already, or the address is not this machine's. */
export class ListenError extends Error {
  override readonly name = "ListenError";
  constructor({ host, port }: ListenAddress, cause: NodeJS.ErrnoException) {
    const where = `${host?.includes(":") ? `[${host}]` : (host ?? "")}:${port}`;
    const fix = "set http.listen in the configuration to a free one, or to nothing";
    super(
      cause.code === "EADDRINUSE"
        ? `${where} is in use by another program: ${fix}`
        : `cannot listen on ${where} (${cause.code}): ${fix}`,
      { cause },
    );
  }
}

export type Answers = {
  /** Why netlog is not watching, or cannot name pods; undefined: it does. */
  readonly notReady: () => string | undefined;
  readonly metrics: { readonly contentType: string; readonly text: () => Promise<string> };
};

/**
 * Any pod that reaches the port can open connections and say nothing. So each has seconds for its question, and
 * there are more of them than such a pod can easily hold and fewer than take netlog's memory: some 40 MB.
 */
const MAX_CONNECTIONS = 4096;
const TIMES = { headersTimeout: 3000, requestTimeout: 5000, connectionsCheckingInterval: 1000 };

type Answer = { readonly status: number; readonly type?: string; readonly body: string };

/**
 * Serves `/livez`, which says that this process answers and asks nobody else; `/readyz`, which says whether the
 * probes are attached (200) or why netlog is not ready (503); and `/metrics`.
 * @throws ListenError
 */
export async function serveHttp(address: ListenAddress, answers: Answers): Promise<Server> {
  const server = createServer(TIMES, async (request, response) => {
    const { status, type = "text/plain", body } = await answer(request.url, answers);
    response.writeHead(status, { "content-type": type }).end(body);
  });
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(new ListenError(address, error)));
    server.listen(address, resolve);
  });
  server.unref();
  return server;
}

async function answer(url: string | undefined, { notReady, metrics }: Answers): Promise<Answer> {
  switch (url) {
    case "/livez":
      return { status: 200, body: "ok\n" };
    case "/readyz": {
      const reason = notReady();
      return { status: reason === undefined ? 200 : 503, body: `${reason ?? "ok"}\n` };
    }
    case "/metrics":
      try {
        return { status: 200, type: metrics.contentType, body: await metrics.text() };
      } catch (error) {
        return { status: 500, body: `${(error as Error).message}\n` }; // the lines go on
      }
    default:
      return { status: 404, body: "netlog serves /metrics, /livez and /readyz\n" };
  }
}

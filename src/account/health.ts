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

/**
 * Serves `/livez`, which says that this process answers, and `/readyz`, which says whether the probes are
 * attached (200) or why netlog is not watching (503).
 * @throws ListenError
 */
export async function serveHealth(
  address: ListenAddress,
  notReady: () => string | undefined,
): Promise<Server> {
  const server = createServer((request, response) => {
    const reason = request.url === "/readyz" ? notReady() : undefined;
    const known = request.url === "/livez" || request.url === "/readyz";
    response.writeHead(known ? (reason === undefined ? 200 : 503) : 404, { "content-type": "text/plain" });
    response.end(known ? `${reason ?? "ok"}\n` : "netlog serves /livez and /readyz\n");
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(new ListenError(address, error)));
    server.listen(address, resolve);
  });
  server.unref();
  return server;
}

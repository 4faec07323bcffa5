import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Passes on what it is sent, to a port of this machine, and counts it: bytes of TLS, as a network carries them. */
export class CountingProxy implements AsyncDisposable {
  readonly #server;
  readonly #clients: Socket[] = [];

  private constructor(port: number) {
    this.#server = createServer((client) => {
      const server = connect(port, "127.0.0.1");
      this.#clients.push(client);
      client.on("error", () => server.destroy()).on("close", () => server.destroy());
      server.on("error", () => client.destroy()).on("close", () => client.destroy());
      client.pipe(server).pipe(client);
    });
  }

  static async start(port: number): Promise<CountingProxy> {
    const proxy = new CountingProxy(port);
    await once(proxy.#server.listen(0, "127.0.0.1"), "listening");
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Up to now: connections, bytes to the server and from it. */
  get counts(): { readonly connections: number; readonly sent: number; readonly received: number } {
    const sum = (of: (client: Socket) => number) => this.#clients.reduce((all, each) => all + of(each), 0);
    return {
      connections: this.#clients.length,
      sent: sum(({ bytesRead }) => bytesRead),
      received: sum(({ bytesWritten }) => bytesWritten),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}

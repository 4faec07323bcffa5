import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

/** A connection over loopback, by the pids that this machine's own /proc has. */
export type Connection = {
  readonly clientPid: number;
  readonly clientUid: number;
  readonly serverPid: number;
  readonly serverPort: number;
};

const NOBODY = 65534;

/** Makes a connection from a process of the user nobody to this one, and closes it. */
export async function connectOnHost(): Promise<Connection> {
  const server = createServer((socket) => socket.resume().on("end", () => socket.end()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const client = spawn("bash", ["-c", `exec 3<>/dev/tcp/127.0.0.1/${address.port}`], {
    cwd: "/",
    uid: NOBODY,
    stdio: "inherit",
  });
  const [code] = await once(client, "exit");
  server.close();
  if (code !== 0) throw new Error(`the client ended with ${code}`);
  return {
    clientPid: client.pid as number,
    clientUid: NOBODY,
    serverPid: process.pid,
    serverPort: address.port,
  };
}

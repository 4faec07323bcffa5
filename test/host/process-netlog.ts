import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { argumentsOf, childrenOf, isRunning } from "../probe/processes.ts";
import { until } from "../probe/until.ts";
import { type Line, readLine } from "../scenario/read-line.ts";
import { recordMetrics } from "./record-metrics.ts";

export const isRoot = process.getuid?.() === 0;
/** A user who is not root. */
export const NOBODY = 65534;
export const MAIN = join(import.meta.dirname, "../../src/main.ts");

/** Attaching takes one to three seconds where nobody else is at work, and half a minute in an emulated guest. */
const ATTACH_S = 120;

/** Where the alerts' tests get their numbers from: chart/courses/README.md. */
const isRecorded = process.env["NETLOG_TEST_RECORD"] === "1";

type Options = {
  /** The text of the configuration file. */
  readonly config?: string;
  readonly flags?: readonly string[];
  readonly uid?: number;
  /** Environment variables, beside the test's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Standard output; without it a pipe that is read. */
  readonly stdout?: number;
};

/** A running netlog. When the test ends, it and its bpftrace are killed if they still run. */
export class Netlog {
  readonly child: ChildProcess;
  /** The path of its configuration file. */
  readonly configFile: string;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  stdout = "";
  stderr = "";

  private constructor(child: ChildProcess, configFile: string) {
    this.child = child;
    this.configFile = configFile;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal })));
  }

  static async start(
    t: TestContext,
    { config = "", flags = [], uid, env = {}, stdout }: Options = {},
  ): Promise<Netlog> {
    const file = join(await temporaryFolder(t), "config.yaml");
    await writeFile(file, isRecorded ? await recorded(t, config) : config);
    const child = spawn(process.execPath, [MAIN, "--config", file, ...flags], {
      stdio: ["ignore", stdout ?? "pipe", "pipe"],
      env: { ...process.env, ...env },
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    const netlog = new Netlog(child, file);
    t.after(() => killAll([...netlog.bpftrace(), netlog.pid]));
    return netlog;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get lines(): string[] {
    return this.stdout.split("\n").slice(0, -1);
  }

  /** Whether it has ended; its output may still have to be read. */
  get isOver(): boolean {
    return !isRunning(this.pid);
  }

  /** The bpftrace processes of its probes that run now. */
  bpftrace(): number[] {
    return childrenOf(this.pid).filter((pid) => argumentsOf(pid).includes("json"));
  }

  async attached(): Promise<void> {
    await until("the probes are attached", () => this.stderr.includes('"watching ') || this.isOver, ATTACH_S);
    if (this.isOver) throw new Error(`netlog ended: ${this.stderr}`);
  }

  /** The line that has this in it. */
  line(text: string): Promise<string> {
    return until(`a line with ${text}`, () => this.lines.find((line) => line.includes(text)), ATTACH_S);
  }

  read(): Line[] {
    return this.lines.map(readLine);
  }
}

export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "netlog-process-"));
  await chmod(folder, 0o755);
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export function killAll(pids: readonly number[]): void {
  for (const pid of pids.filter(isRunning)) process.kill(pid, "SIGKILL");
}

/** A connection that is open. */
type Held = { readonly local: string; readonly peer: string; readonly close: () => void };

type Listener = {
  readonly port: number;
  /** Connects and closes; returns the connection as netlog writes it. */
  readonly dial: () => Promise<string>;
  /** Connects. */
  readonly hold: () => Promise<Held>;
};

/** A listener on 127.0.0.1. */
export async function listen(t: TestContext): Promise<Listener> {
  const server = createServer((socket) => socket.resume().on("error", () => {}));
  t.after(() => server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const hold = async () => {
    const socket = connect(port, "127.0.0.1");
    t.after(() => socket.destroy());
    await once(socket, "connect");
    const local = `127.0.0.1:${socket.localPort}`;
    return { local, peer: `127.0.0.1:${port}`, close: () => void socket.destroy() };
  };
  const dial = async () => {
    const { local, peer, close } = await hold();
    close();
    return `TCP ${local} -> ${peer}`;
  };
  return { port, dial, hold };
}

/** The configuration with a port for the metrics, where it has none. */
async function recorded(t: TestContext, config: string): Promise<string> {
  const given = /127\.0\.0\.1:(\d+)/.exec(config)?.[1];
  const port = given === undefined ? await freePort() : Number(given);
  recordMetrics(t, port);
  return given === undefined ? `${config}\nhttp: { listen: "127.0.0.1:${port}" }` : config;
}

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Why this checkout cannot be run by somebody else; false where it can. */
export function unreadable(): string | false {
  if (!isRoot) return false;
  const { status } = spawnSync(process.execPath, [MAIN, "--version"], { uid: NOBODY, gid: NOBODY });
  return status !== 0 && "users other than root cannot read this checkout or its Node";
}

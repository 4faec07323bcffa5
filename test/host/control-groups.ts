import { execFile } from "node:child_process";
import { mkdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { findHierarchy } from "../../src/identity/cgroup/file-system.ts";
import { readCgroupHierarchy } from "../../src/probe/cgroup-hierarchy.ts";
import { thisMachine } from "../../src/probe/kernel.ts";
import { until } from "../probe/until.ts";

/** The top of the hierarchy that netlog takes containers from; undefined where it is not mounted as a whole. */
export async function hierarchyTop(): Promise<string | undefined> {
  const { v1 } = await readCgroupHierarchy(thisMachine());
  return findHierarchy(v1?.controller);
}

/** Makes a control group, those above it too; the test's end removes what it made. */
export async function makeGroup(t: TestContext, top: string, path: string): Promise<string> {
  let folder = top;
  for (const name of path.split("/")) {
    folder = join(folder, name);
    const made = folder;
    const isNew = await mkdir(made).then(
      () => true,
      () => false,
    );
    // node:test runs these in the order in which they were given: leave those above for the last.
    if (isNew) groups(t).unshift(made);
  }
  return folder;
}

const madeBy = new WeakMap<TestContext, string[]>();

function groups(t: TestContext): string[] {
  let made = madeBy.get(t);
  if (made === undefined) {
    const fresh: string[] = [];
    madeBy.set(t, fresh);
    made = fresh;
    t.after(async () => {
      for (const folder of fresh) await remove(folder);
    });
  }
  return made;
}

/** Whatever still runs in it was put there by the test. */
async function remove(group: string): Promise<void> {
  const tasks = async () => (await readFile(join(group, "cgroup.procs"), "utf8")).split("\n").filter(Boolean);
  for (const pid of await tasks()) process.kill(Number(pid), "SIGKILL");
  await until(`${group} is empty`, async () => (await tasks()).length === 0);
  await rmdir(group);
}

export async function move(pid: number, group: string): Promise<void> {
  await writeFile(join(group, "cgroup.procs"), `${pid}`);
}

/** A process of this group binds a UDP socket to a port of its own and ends; returns the port. */
export async function bindIn(group: string): Promise<number> {
  const [port = 0] = await bindManyIn(group, 1);
  return port;
}

/** A process of this group connects to itself and ends; returns the ports of both ends, the listener's last. */
export async function dialIn(group: string): Promise<readonly [local: number, listener: number]> {
  const program = `const { createServer, connect } = require('net');
  const server = createServer((s) => s.resume().on('end', () => { s.end(); server.close(); }));
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    const c = connect(port, '127.0.0.1', () => { console.log(c.localPort); console.log(port); c.end(); });
    c.resume();
  });`;
  const [local = 0, listener = 0] = await runIn(group, program);
  return [local, listener];
}

/** The same as bindIn with many sockets, one after the other, as fast as they go. */
export async function bindManyIn(group: string, count: number): Promise<number[]> {
  const program = `(function next(left) {
    const s = require('dgram').createSocket('udp4');
    s.on('close', () => left > 1 && next(left - 1));
    s.bind(0, '127.0.0.1', () => { console.log(s.address().port); s.close(); });
  })(${count})`;
  return runIn(group, program);
}

/** Runs a program of Node's in a group, and reads the numbers that it prints. */
async function runIn(group: string, program: string): Promise<number[]> {
  const { stdout } = await promisify(execFile)("sh", [
    "-c",
    'echo $$ > "$0/cgroup.procs" && exec "$1" -e "$2"',
    group,
    process.execPath,
    program,
  ]);
  return stdout.trim().split("\n").map(Number);
}

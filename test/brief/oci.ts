import { spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect } from "../collect.ts";
import { output } from "../vm/build/command.ts";
import { type Containers, linesAtEnd } from "./containers.ts";

/** runc takes seconds for a container in an emulated machine, crun a fraction of one. */
const ONE_BY_RUNC_IN = 40;

/**
 * Containers by crun and some by runc, which CRI-O, containerd and Docker use below; in control groups as Docker and
 * the kubelet name them, by turns.
 */
export async function ociContainers(program: string): Promise<Containers> {
  const folder = await mkdtemp(join(tmpdir(), "netlog-brief-"));
  const rootfs = join(folder, "rootfs");
  await mkdir(rootfs);
  await copyFile(program, join(rootfs, "brief"));
  await output("runc", ["spec", "--bundle", folder]);
  const spec = JSON.parse(await readFile(join(folder, "config.json"), "utf8"));
  let started = 0;
  const running = new Map<string, string>();

  const start = async (...args: readonly string[]) => {
    const id = randomBytes(32).toString("hex");
    const bundle = join(folder, id);
    const runtime = started % ONE_BY_RUNC_IN === 0 ? "runc" : "crun";
    const inPod = started++ % 2 === 1;
    await mkdir(bundle);
    await writeFile(
      join(bundle, "config.json"),
      JSON.stringify({
        ...spec,
        process: { ...spec.process, terminal: false, args: ["/brief", ...args] },
        root: { path: rootfs, readonly: true },
        linux: {
          ...spec.linux,
          cgroupsPath: inPod ? `/kubepods/burstable/pod${randomUUID()}/${id}` : `/docker/${id}`,
        },
      }),
    );
    const command = ["run", "--bundle", bundle, id];
    const run = collect(spawn(runtime, command, { stdio: ["ignore", "pipe", "pipe"] }));
    if ((await run.firstLine) === undefined) throw new Error(`no container ${args[0]}: ${run.stderr()}`);
    running.set(id, runtime);
    void run.ended.then(() => running.delete(id));
    return {
      id,
      signal: async () => void (await output(runtime, ["kill", id, "USR1"])),
      ended: linesAtEnd(run, args[0] as string),
    };
  };
  const remove = async () => {
    for (const [id, runtime] of running) await output(runtime, ["delete", "--force", id]);
    await rm(folder, { recursive: true });
  };
  return { start, [Symbol.asyncDispose]: remove };
}

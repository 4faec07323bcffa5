import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { output } from "../vm/build/command.ts";
import { imageFileSystem } from "./images.ts";
import { lineOf, type RunningNetlog, toLines } from "./netlog.ts";

/**
 * Starts netlog as startNetlog() does, but by runc itself, which Docker and containerd use below: an Engine that is
 * older than a capability cannot pass that on. Without the Engine's seccomp filter.
 */
export async function startNetlogByRunc(
  image: string,
  capabilities: readonly string[],
): Promise<RunningNetlog> {
  const folder = await mkdtemp(join(tmpdir(), "netlog-runc-"));
  const id = `netlog-test-${randomUUID()}`;
  const remove = async () => {
    await output("runc", ["delete", "--force", id]).catch(() => {}); // it may be gone with its process
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await unpack(image, folder);
    await specify(image, capabilities, folder);
    const stdout = await open(join(folder, "stdout"), "w");
    const stderr = await open(join(folder, "stderr"), "w");
    const child = spawn("runc", ["run", "--bundle", folder, id], {
      stdio: ["ignore", stdout.fd, stderr.fd],
    });
    const exit = once(child, "exit");
    await Promise.all([stdout.close(), stderr.close()]);
    const lines = async () => toLines(await readFile(join(folder, "stdout"), "utf8"));
    await lineOf({ lines }, / netlog: #start /);
    return {
      id,
      lines,
      end: async (signal) => {
        const sentMs = performance.now();
        await output("runc", ["kill", id, signal]);
        const [exitCode] = await exit;
        return { exitCode, ms: performance.now() - sentMs };
      },
      remove,
    };
  } catch (cause) {
    const said = await readFile(join(folder, "stderr"), "utf8").catch(() => "nothing");
    await remove();
    throw new Error(`netlog did not start by runc; it said: ${said}`, { cause });
  }
}

async function unpack(image: string, folder: string): Promise<void> {
  const tar = join(folder, "image.tar");
  await imageFileSystem(image, tar);
  await mkdir(join(folder, "rootfs"));
  await output("tar", ["-C", join(folder, "rootfs"), "-xf", tar]);
  await rm(tar);
}

/** runc's own specification, with the image's program, these capabilities, and the mounts that netlog needs. */
async function specify(image: string, capabilities: readonly string[], folder: string): Promise<void> {
  await output("runc", ["spec", "--bundle", folder]);
  const file = join(folder, "config.json");
  const spec = JSON.parse(await readFile(file, "utf8"));
  const [{ Config }] = JSON.parse(await output("docker", ["image", "inspect", image]));
  const names = capabilities.map((name) => `CAP_${name}`);
  Object.assign(spec.process, {
    terminal: false,
    args: Config.Entrypoint,
    env: Config.Env,
    capabilities: { bounding: names, effective: names, permitted: names },
  });
  spec.root.readonly = true;
  const source = "/sys/kernel/tracing";
  spec.mounts.push({ source, destination: source, type: "bind", options: ["rbind", "ro"] });
  await writeFile(file, JSON.stringify(spec));
}

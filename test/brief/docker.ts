import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { collect } from "../collect.ts";
import { output } from "../vm/build/command.ts";
import { type Containers, linesAtEnd } from "./containers.ts";

const IMAGE = "netlog-test/brief";

/** Containers by the Docker Engine, of an image that is made here. */
export async function dockerContainers(program: string): Promise<Containers> {
  const folder = await mkdtemp(join(tmpdir(), "netlog-brief-"));
  const tar = join(folder, "brief.tar");
  await output("tar", ["-C", dirname(program), "-cf", tar, "brief"]);
  const image = (await output("docker", ["import", '--change=ENTRYPOINT ["/brief"]', tar, IMAGE])).trim();
  let started = 0;
  const running = new Set<string>();

  const start = async (...args: readonly string[]) => {
    const file = join(folder, `${started++}.cid`);
    const command = ["run", "--rm", "--network=none", `--cidfile=${file}`, image, ...args];
    const run = collect(spawn("docker", command, { stdio: ["ignore", "pipe", "pipe"] }));
    if ((await run.firstLine) === undefined) throw new Error(`no container ${args[0]}: ${run.stderr()}`);
    const id = await readFile(file, "utf8");
    running.add(id);
    void run.ended.then(() => running.delete(id));
    return {
      id,
      signal: async () => void (await output("docker", ["kill", "--signal=USR1", id])),
      ended: linesAtEnd(run, args[0] as string),
    };
  };
  const remove = async () => {
    for (const id of running) await output("docker", ["rm", "--force", id]);
    await output("docker", ["image", "rm", "--force", image]);
    await rm(folder, { recursive: true });
  };
  return { start, [Symbol.asyncDispose]: remove };
}

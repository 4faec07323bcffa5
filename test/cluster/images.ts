import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { netlogImage } from "../container/images.ts";
import { output } from "../vm/build/command.ts";
import { REGISTRY } from "./requirements.ts";

export type PushedImage = { readonly repository: string; readonly tag: string };

/** Builds the image of this checkout and pushes it. The tag is made of its contents: another image is another pod. */
export async function pushNetlog(): Promise<PushedImage> {
  return push(await netlogImage(), `${REGISTRY}/netlog`);
}

/** The same program as another image, as a next version is. */
export async function pushNextNetlog(): Promise<PushedImage> {
  const next = "netlog-test/netlog:next";
  const folder = await mkdtemp(join(tmpdir(), "netlog-next-"));
  try {
    await writeFile(join(folder, "Dockerfile"), `FROM ${await netlogImage()}\nCOPY next /\n`);
    await writeFile(join(folder, "next"), "");
    await output("docker", ["build", "--quiet", "--tag", next, folder]);
  } finally {
    await rm(folder, { recursive: true });
  }
  return push(next, `${REGISTRY}/netlog`);
}

/** Builds and pushes the image that has dial (dial.c) and nothing else; gives its full name. */
export async function pushDial(): Promise<string> {
  const local = "netlog-test/dial:checkout";
  const folder = await mkdtemp(join(tmpdir(), "netlog-dial-"));
  try {
    const source = join(import.meta.dirname, "dial.c");
    const flags = ["-O1", "-Wall", "-Wextra", "-Werror", "-static"];
    await output("cc", [...flags, "-o", join(folder, "dial"), source]);
    const archive = join(folder, "dial.tar");
    // Always the same bytes, and so the same image: the node pulls it once.
    const same = ["--mtime=@0", "--owner=0", "--group=0", "--sort=name"];
    await output("tar", ["-C", folder, ...same, "-cf", archive, "dial"]);
    await output("docker", ["import", '--change=ENTRYPOINT ["/dial"]', archive, local]);
  } finally {
    await rm(folder, { recursive: true });
  }
  const { repository, tag } = await push(local, `${REGISTRY}/netlog-test/dial`);
  return `${repository}:${tag}`;
}

async function push(local: string, repository: string): Promise<PushedImage> {
  const layers = "{{json .RootFS.Layers}} {{json .Config.Entrypoint}}";
  const contents = await output("docker", ["image", "inspect", "--format", layers, local]);
  const tag = await digest(contents);
  await output("docker", ["tag", local, `${repository}:${tag}`]);
  await output("docker", ["push", "--quiet", `${repository}:${tag}`]);
  return { repository, tag };
}

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", Buffer.from(text));
  return Buffer.from(bytes).toString("hex").slice(0, 12);
}

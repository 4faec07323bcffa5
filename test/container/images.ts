import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { output, succeeds } from "../vm/build/command.ts";
import { importDebian, importDebianWithNode } from "./base-images.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Builds the image of this checkout and gives its name. Docker's cache makes it cheap to ask for it again. */
export async function netlogImage(): Promise<string> {
  const name = "netlog-test/netlog:checkout";
  const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const given = {
    NODE_IMAGE: await baseImage("node:24-trixie-slim", importDebianWithNode),
    DEBIAN_IMAGE: await baseImage("debian:trixie-slim", importDebian),
    VERSION: version,
    REVISION: await revision(),
  };
  const args = Object.entries(given).flatMap(([key, value]) => ["--build-arg", `${key}=${value}`]);
  await output("docker", ["build", "--quiet", "--tag", name, ...args, ROOT]);
  return name;
}

/** Writes the file system that an image's containers start with into a tar archive. */
export async function imageFileSystem(image: string, tar: string): Promise<void> {
  const container = (await output("docker", ["create", image])).trim();
  try {
    await output("docker", ["export", "--output", tar, container]);
  } finally {
    await output("docker", ["rm", container]);
  }
}

/**
 * The image that the Dockerfile names, if Docker has it or can pull it; or else one like it, made here under a
 * name that does not pass for the real one's.
 */
async function baseImage(name: string, make: (name: string) => Promise<void>): Promise<string> {
  const made = `netlog-test/${name}`;
  for (const known of [name, made]) {
    if (await succeeds("docker", ["image", "inspect", known])) return known;
  }
  if (await succeeds("docker", ["pull", "--quiet", name])) return name;
  process.stderr.write(`no registry has ${name} for this machine: making ${made}\n`);
  await make(made);
  return made;
}

/** The commit that is checked out; empty outside of a repository. */
async function revision(): Promise<string> {
  return (await output("git", ["-C", ROOT, "rev-parse", "HEAD"]).catch(() => "")).trim();
}

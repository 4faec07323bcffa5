import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { output } from "../build/command.ts";
import type { JobFile, JobFiles } from "./job.ts";

const ROOT = join(import.meta.dirname, "../../..");
const PARTS = ["package.json", "src", "probes", "test"];

/**
 * This checkout as job files below `project/`: what git tracks or would track of the program, its probes and
 * tests, without types (typeless.js), and the packages that it runs with. Node itself is on every guest's PATH.
 */
export async function projectFiles(): Promise<JobFiles> {
  const paths = [...(await trackedFiles()), ...(await productionPackages())];
  const files = paths.map(async (path) => [join("project", path), await jobFile(join(ROOT, path))] as const);
  return Object.fromEntries(await Promise.all(files));
}

async function jobFile(from: string): Promise<JobFile> {
  return from.endsWith(".ts") ? stripTypeScriptTypes(await readFile(from, "utf8")) : { from };
}

async function trackedFiles(): Promise<readonly string[]> {
  const list = ["-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...PARTS];
  const paths = (await output("git", list)).split("\0");
  return paths.filter((path) => path !== "" && existsSync(join(ROOT, path)));
}

/** From the lock file, which says of each package folder whether only development needs it. */
async function productionPackages(): Promise<readonly string[]> {
  const lock: { packages: Record<string, { dev?: boolean }> } = JSON.parse(
    await readFile(join(ROOT, "package-lock.json"), "utf8"),
  );
  return Object.entries(lock.packages)
    .filter(([path, { dev }]) => path !== "" && !dev && !/\/node-linux-[^/]*$/.test(path))
    .map(([path]) => path)
    .filter((path) => existsSync(join(ROOT, path)));
}

import { chmod, cp, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { output } from "../build/command.ts";

/** A file of a job: its content, or a file or folder of this machine to copy. */
export type JobFile = string | Uint8Array | { readonly from: string };

/** Files by their path below /job in the guest. */
export type JobFiles = Readonly<Record<string, JobFile>>;

/** Writes the tar archive that a guest unpacks to /job. */
export async function packJob(files: JobFiles, archive: string): Promise<void> {
  const stage = `${archive}.d`;
  await mkdir(stage, { recursive: true });
  for (const [path, file] of Object.entries(files)) await put(file, join(stage, path));
  await output("tar", ["--owner=0", "--group=0", "-cf", archive, "-C", stage, "."]);
  await rm(stage, { recursive: true });
}

async function put(file: JobFile, place: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  if (typeof file === "string" || file instanceof Uint8Array) {
    await writeFile(place, file);
    await chmod(place, 0o755);
  } else {
    await cp(file.from, place, { recursive: true, dereference: true });
  }
}

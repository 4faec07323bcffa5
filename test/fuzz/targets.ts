import { globSync } from "node:fs";
import { basename, join } from "node:path";

const FOLDER = join(import.meta.dirname, "targets");

/** Each file of targets/ is one: it exports `fuzz`, which throws where anything is wrong. */
export const TARGETS: readonly string[] = globSync("*.ts", { cwd: FOLDER })
  .map((file) => basename(file, ".ts"))
  .toSorted();

export function targetFile(target: string): string {
  return join(FOLDER, `${target}.ts`);
}

/** The inputs that are kept: seeds that say by their name what they are, and what once went wrong. */
export function corpusFolder(target: string): string {
  return join(import.meta.dirname, "corpus", target);
}

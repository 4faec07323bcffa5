import { readFile } from "node:fs/promises";

/** Where the kernel's files are read and who asks; other than the real ones in tests only. */
export type KernelSource = {
  readonly proc: string;
  readonly sys: string;
  readonly release: string;
  readonly uid: number;
};

/** A file's text; undefined where it is not there or not for us. */
export async function readText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

/** A file of tracefs, which some distributions still have below debugfs only. */
export async function readTracefs({ sys }: KernelSource, file: string): Promise<string | undefined> {
  return (
    (await readText(`${sys}/kernel/tracing/${file}`)) ??
    (await readText(`${sys}/kernel/debug/tracing/${file}`))
  );
}

/** What a container runtime can do to a line: on which stream it came, and how long a part of it may be. */
export type CriOptions = { readonly stream?: "stdout" | "stderr"; readonly partBytes?: number };

/** containerd's and Docker's bound of one line of a log file; CRI-O's. */
export const CONTAINERD_BYTES = 16_384;
export const CRI_O_BYTES = 8192;

/** A container's output as its log file has it: each line behind a time, its stream and F, or in parts with P. */
export function asCri(
  output: string,
  { stream = "stdout", partBytes = CONTAINERD_BYTES }: CriOptions = {},
): Buffer {
  const parts: Buffer[] = [];
  const header = (tag: "F" | "P") => Buffer.from(`2026-11-22T10:31:26.900000001Z ${stream} ${tag} `);
  for (const line of output.split("\n").slice(0, -1)) {
    let rest = Buffer.from(line);
    for (; rest.length > partBytes; rest = rest.subarray(partBytes))
      parts.push(header("P"), rest.subarray(0, partBytes), Buffer.from("\n"));
    parts.push(header("F"), rest, Buffer.from("\n"));
  }
  return Buffer.concat(parts);
}

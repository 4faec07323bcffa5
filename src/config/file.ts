import { isUtf8 } from "node:buffer";
import { closeSync, openSync, readSync } from "node:fs";

import { ConfigError } from "./error.ts";

const MAX_BYTES = 1 << 20;

/** The text of the configuration file, or a ConfigError that says what to do about it. */
export function readText(path: string): string {
  const bytes = readBytes(path);
  if (bytes.length > MAX_BYTES)
    throw new ConfigError([`${path}: larger than 1 MiB; is this the right file?`]);
  if (!isUtf8(bytes))
    throw new ConfigError([`${path}:${firstNotUtf8(bytes)}: not UTF-8; save the file as UTF-8`]);
  // Takes a byte order mark away.
  return new TextDecoder().decode(bytes);
}

/** At most one byte more than allowed: the path may be a device or a pipe that never ends. */
function readBytes(path: string): Buffer {
  const buffer = Buffer.alloc(MAX_BYTES + 1);
  let length = 0;
  try {
    const file = openSync(path, "r");
    try {
      for (let read = -1; read !== 0 && length < buffer.length; length += read) {
        read = readSync(file, buffer, length, buffer.length - length, null);
      }
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw new ConfigError([`${path}: ${reason(cause)}`], { cause });
  }
  return buffer.subarray(0, length);
}

function reason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
      return "no such file; name one that exists with --config, or leave --config out for the defaults";
    case "ENOTDIR":
      return "no such file, because a part of the path is not a directory; correct --config";
    case "EISDIR":
      return "a directory; name the file in it";
    case "EACCES":
      return "not readable for this user; change the file's mode or owner";
    default:
      return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** `line:column`; the column is a little early where the line has a real replacement character before it. */
function firstNotUtf8(bytes: Buffer): string {
  let line = 1;
  let start = 0;
  let end = bytes.indexOf("\n");
  while (end !== -1 && isUtf8(bytes.subarray(start, end))) {
    line++;
    start = end + 1;
    end = bytes.indexOf("\n", start);
  }
  const text = bytes.toString("utf8", start, end === -1 ? bytes.length : end);
  return `${line}:${text.indexOf("\ufffd") + 1}`;
}

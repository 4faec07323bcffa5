import assert from "node:assert/strict";
import { parseCommandLine } from "../../../src/config/command-line.ts";
import { ConfigError } from "../../../src/config.ts";

/** Any arguments, which are parted by zero bytes as the kernel parts them, are understood or a ConfigError. */
export function fuzz(data: Buffer): void {
  try {
    assert.match(
      parseCommandLine(data.toString("utf8").split("\0")).kind,
      /^(run|check|verify|help|version)$/,
    );
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    assert.match(error.message, /^[^\p{Cc}\p{Cf}\n]+(?:\n[^\p{Cc}\p{Cf}\n]+)*$/u);
  }
}

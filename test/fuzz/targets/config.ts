import assert from "node:assert/strict";
import { ConfigError, parseConfig } from "../../../src/config.ts";

/** Any configuration file is understood, and then frozen, or refused with what is wrong on lines of its own. */
export function fuzz(data: Buffer): void {
  understandOrRefuse(data.toString("utf8"));
  for (const key in {}) assert.fail(`every object has got a ${key}`);
}

function understandOrRefuse(text: string): void {
  try {
    const config = parseConfig(text, "FILE", {});
    assert.ok(Object.isFrozen(config) && Object.isFrozen(config.events));
    assert.ok(["text", "json"].includes(config.format) && config.sockets.max >= 1);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const line of error.message.split("\n"))
      assert.match(line, /^(?:FILE:\d+:\d+: [^\p{Cc}\p{Cf}]+|and \d+ more)$/u);
  }
}

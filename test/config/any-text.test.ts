import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { ConfigError, parseConfig } from "../../src/config.ts";

const yamlish = fc
  .array(
    fc.oneof(
      fc.constantFrom(..."\n \t:-[]{}&*!|>'\"%@`#,?\r\\"),
      fc.constantFrom(
        "format",
        "events",
        "tcp.close",
        "connect",
        "pendingAfter",
        "labels",
        "pod",
        "include",
        "exclude",
        "http",
        "__proto__",
        "a",
        "1",
        "---",
      ),
      fc.constantFrom(
        ": ",
        "\n  ",
        "\n- ",
        "&a ",
        "*a",
        "<<",
        "!!str",
        "!!set",
        "3s",
        "null",
        ".inf",
        "\u001b",
        "\ud800",
      ),
      fc.string({ unit: "binary" }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(""));

const invisible = /[\p{C}\p{Zl}\p{Zp}]/u;

test("any text is either a configuration or a ConfigError with a place on every line", () => {
  fc.assert(
    fc.property(fc.oneof(yamlish, fc.string({ unit: "binary" })), (text) => {
      try {
        assert.ok(Object.isFrozen(parseConfig(text, "config.yaml", {})));
      } catch (error) {
        assert.ok(error instanceof ConfigError, String(error));
        for (const line of error.message.split("\n")) {
          assert.match(line, /^config\.yaml:\d+:\d+: .|^and \d+ more$/);
          assert.doesNotMatch(line, invisible);
        }
      }
    }),
    { numRuns: 2000 },
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { tick } from "../../src/probe/tick.ts";

test("Where the CPUs have a buffer each, each of them ticks", () => {
  assert.deepEqual(tick("BEGIN {}", [0, 17]), {
    program: 'BEGIN {}\nprofile:ms:100 { printf("tick %d %llu\\n", cpu, nsecs); }\n',
    isOrdered: false,
  });
});

test("Where they have one in common there is nothing to put in order", () => {
  assert.deepEqual(tick("BEGIN {}", [0, 18]), { program: "BEGIN {}", isOrdered: true });
});

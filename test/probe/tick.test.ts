import assert from "node:assert/strict";
import { test } from "node:test";
import { joinScripts } from "../../src/probe/join.ts";
import { numberRecords } from "../../src/probe/number-records.ts";
import { tick } from "../../src/probe/tick.ts";
import { KERNEL, SCRIPTS } from "./scripts.ts";

const { program: numbered, types } = numberRecords(joinScripts(SCRIPTS.values(), KERNEL), false);

test("Where the CPUs have a buffer each, each of them ticks, and more often while there are records", () => {
  const { program, isOrdered } = tick(numbered, [0, 17]);
  assert.equal(isOrdered, false);
  assert.equal(program.match(/ @busy = nsecs; printf\("%d %llu /g)?.length, types.length);
  assert.equal(
    program.replaceAll(" @busy = nsecs;", ""),
    `${numbered}
profile:s:1 { printf("tick %d %llu\\n", cpu, nsecs); }
profile:ms:100 { if (nsecs - @busy < 300000000) { printf("tick %d %llu\\n", cpu, nsecs); } }
`,
  );
});

test("Where they have one in common there is nothing to put in order", () => {
  assert.deepEqual(tick(numbered, [0, 18]), { program: numbered, isOrdered: true });
});

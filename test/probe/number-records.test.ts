import assert from "node:assert/strict";
import { test } from "node:test";
import { joinScripts } from "../../src/probe/join.ts";
import { KEYS_PER_CPU, numberRecords } from "../../src/probe/number-records.ts";
import { KERNEL, SCRIPTS } from "./scripts.ts";

for (const set of ["kprobe/", "tracepoint/"]) {
  const scripts = [...SCRIPTS.values()].filter(({ name }) => name.startsWith(set));

  test(`Each printf of a record in ${set} counts under a key of its own, and says its type`, () => {
    const joined = joinScripts(scripts, KERNEL);
    const { program, types } = numberRecords(joined, false);
    const records = joined.match(/printf\("(?!ready|heartbeat)/g);
    assert.equal(types.length, records?.length);
    for (const [index, type] of types.entries()) {
      const pattern = new RegExp(
        `\\$made = cpu \\* ${KEYS_PER_CPU} \\+ ${index}; @made\\[\\$made\\]\\+\\+; printf\\("%d %llu ${RegExp.escape(type)} `,
        "g",
      );
      assert.equal(program.match(pattern)?.length, 1, `${index} ${type}`);
    }
  });

  test(`In ${set} all else stays as it is, and each heartbeat tells what was made`, () => {
    const joined = joinScripts(scripts, KERNEL);
    const { program } = numberRecords(joined, false);
    const bare = program
      .replace(/\$made = cpu[^;]*; @made\[\$made\]\+\+; /g, "")
      .replace(/printf\("%d %llu /g, 'printf("')
      .replace(/ \$made, @made\[\$made\],/g, "")
      .replace(/^(interval:s:1 \{ printf\("heartbeat .*nsecs\);) print\(@made\);/m, "$1");
    assert.match(program, /nsecs\); print\(@made\); if .*\}$/m);
    assert.equal(bare, joined);
  });

  test(`In ${set} the counts are told every ten seconds where the kernel preempts`, () => {
    const joined = joinScripts(scripts, KERNEL);
    const { program } = numberRecords(joined, true);
    assert.equal(program.match(/print\(@made\)/g)?.length, 1);
    assert.match(program, /^interval:s:10 \{ print\(@made\); \}$/m);
  });
}

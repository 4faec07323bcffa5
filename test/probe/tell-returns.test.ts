import assert from "node:assert/strict";
import { test } from "node:test";
import { joinScripts } from "../../src/probe/join.ts";
import { tellReturns } from "../../src/probe/tell-returns.ts";
import { KERNEL, SCRIPTS } from "./scripts.ts";

const all = [...SCRIPTS.values()];
const withReturnProbes = all.filter(({ name }) => name.endsWith(".kretprobe"));

test("A program tells of each type that return probes see: calls noted, then calls returned", () => {
  const joined = joinScripts(withReturnProbes, KERNEL);
  const { program, types } = tellReturns(joined, [0, 22]);
  const printed = joined.match(/printf\("[a-z]+\.[a-z]+(?= )/g)?.map((print) => print.slice(8));
  assert.deepEqual(types, [...new Set(printed)]);
  assert.ok(types.length > 0);
  const prints = types.map((type) => {
    const name = type.replace(".", "_");
    return `print(@entered_${name}); print(@left_${name}); `;
  });
  const every10s = `\ninterval:s:10 { ${prints.join("")}}\n`;
  assert.equal(
    program,
    `${joined}${every10s}\nself:signal:SIGUSR1 { ${prints.join("")}printf("heartbeat %llu\\n", nsecs); }\n`,
  );
  assert.equal(tellReturns(joined, [0, 21]).program, joined + every10s); // it prints all maps at that signal
});

test("A program without return probes says nothing but that it is there", () => {
  const joined = joinScripts(
    all.filter((script) => !withReturnProbes.includes(script)),
    KERNEL,
  );
  assert.deepEqual(tellReturns(joined, [0, 21]), {
    program: joined,
    types: [],
    answersSignal: false,
  });
  const answering = tellReturns(joined, [0, 22]);
  assert.equal(answering.program, `${joined}\nself:signal:SIGUSR1 { printf("heartbeat %llu\\n", nsecs); }\n`);
  assert.equal(answering.answersSignal, true);
});

for (const { name, source } of withReturnProbes) {
  const subject = name.slice("kprobe/".length, -".kretprobe".length).replace("-", "_");

  test(`${name} counts each call that it notes, and each that it sees return`, () => {
    const bodies = source.split(/^\}\n/m);
    const ofEntry = bodies.filter((body) => /^kprobe:/m.test(body));
    const atReturn = bodies.filter((body) => /^kretprobe:/m.test(body));
    for (const body of ofEntry)
      assert.equal(body.match(new RegExp(`@entered_${subject} = count\\(\\);`, "g"))?.length, 1);
    for (const body of atReturn) assert.match(body, new RegExp(`@left_${subject} = count\\(\\);\n\t\\}\n$`));
    assert.ok(ofEntry.length > 0 && atReturn.length > 0);
  });
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { onlyBelow, readHierarchy } from "../../src/probe/cgroup-scripts.ts";
import { SCRIPTS } from "./scripts.ts";

const V2 = { id: 0 };
const V1 = { id: 12, v1: { controller: "memory", subsystem: 4 } };
const OPENINGS = /printf\("(?:tcp\.(?:attempt|failure|accept)|udp\.(?:bind|connect)) /g;

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

for (const [name, { source }] of SCRIPTS) {
  test(`With a scope, ${name} reports openings below its group alone, and all else as before`, () => {
    const scoped = onlyBelow(source, { id: 4711, level: 3 }, V2);
    const openings = count(source, OPENINGS);
    assert.equal(count(scoped, /^\t+if \(\$below == 1 \|\| \$level > 11\) \{\n\t+printf\("/gm), openings);
    assert.equal(count(scoped, /->id == 4711\)/g), 9 * openings);
    const unscoped = scoped.replace(
      /^\t+\$(?:group|level|below) = .*\n|^\t+if .*(?:== 4711|\$below == 1).*\n/gm,
      "",
    );
    assert.equal(count(unscoped, /printf\(/g), count(source, /printf\(/g));
    if (openings === 0) assert.equal(scoped, source);
  });
}

test("There are openings to be scoped in both sets", () => {
  const all = (set: string) =>
    [...SCRIPTS].filter(([name]) => name.startsWith(set)).map(([, { source }]) => source);
  for (const set of ["kprobe/", "tracepoint/"]) {
    for (const type of ["tcp.attempt", "tcp.accept", "udp.bind", "udp.connect", "tcp.failure"])
      assert.ok(
        all(set).some((source) => source.includes(`printf("${type} `)),
        `${set} ${type}`,
      );
  }
});

test("The group of a task is its one of v2, or the one of v1's controller", () => {
  const { source } = SCRIPTS.get("tracepoint/udp-bind") ?? assert.fail();
  assert.match(onlyBelow(source, { id: 1, level: 1 }, V2), /\$group = .*->dfl_cgrp\);/);
  assert.match(onlyBelow(source, { id: 1, level: 1 }, V1), /\$group = .*->subsys\[4\]\)->cgroup\);/);
  assert.equal(readHierarchy(source, V2), source);
  assert.match(readHierarchy(source, V1), /->subsys\[4\]\)->cgroup\)->kn\)->id, \$leader->comm\);/);
});

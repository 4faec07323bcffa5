import assert from "node:assert/strict";
import { test } from "node:test";
import { joinScripts } from "../../src/probe/join.ts";
import { parseScript } from "../../src/probe/script.ts";
import { KERNEL, SCRIPTS, SUBJECTS } from "./scripts.ts";

const ALL = [...SCRIPTS.values()];

test("The program has one BEGIN, which says that it is ready, and a heartbeat", () => {
  const program = joinScripts(ALL, KERNEL);
  assert.equal(program.match(/\bBEGIN\b/g)?.length, 1);
  assert.match(program, /^BEGIN \{ .*printf\("ready %llu %d\\n", nsecs, .*real_parent->tgid\); \}$/m);
  assert.match(program, /^interval:s:1 \{ printf\("heartbeat %llu\\n", nsecs\); if .*exit\(\); \} \}$/m);
});

test("Every script is in the program under its name, without shebang and block comments", () => {
  const program = joinScripts(ALL, KERNEL);
  assert.doesNotMatch(program, /#!|\/\*|\*\//);
  for (const { name, functions, fexits, tracepoints } of ALL) {
    assert.ok(program.includes(`\n// ${name}\n`), name);
    for (const hook of functions) assert.ok(program.includes(`probe:${hook}`), hook);
    for (const hook of fexits) assert.ok(program.includes(`kretfunc:${hook}`), hook);
    for (const hook of tracepoints) assert.ok(program.includes(`tracepoint:${hook}`), hook);
  }
});

test("The joined program needs what its scripts need", () => {
  const joined = parseScript("joined", joinScripts(ALL, KERNEL));
  for (const what of ["functions", "fexits", "tracepoints", "rawTracepoints"] as const) {
    assert.deepEqual(new Set(joined[what]), new Set(ALL.flatMap((script) => script[what])));
  }
});

test("No two scripts that can stand in one program share the name of a map", () => {
  const maps = new Map<string, Set<string>>();
  for (const { name, source } of ALL) {
    for (const [map] of source.matchAll(/@\w+/g)) {
      maps.set(map, (maps.get(map) ?? new Set()).add(SUBJECTS.get(name) ?? name));
    }
  }
  assert.ok(maps.size > 0);
  for (const [map, subjects] of maps) assert.equal(subjects.size, 1, `${map}: ${[...subjects].join(", ")}`);
});

for (const [version, has, hasNot] of [
  [[5, 10], "f_count.counter == 1", "f_ref"],
  [[6, 12], "f_count.counter == 1", "f_ref"],
  [[6, 13], "f_ref.refcnt.counter == 0", "f_count"],
  [[7, 3], "f_ref.refcnt.counter == 0", "f_count"],
] as const) {
  test(`On kernel ${version.join(".")} the last reference to a file is ${has}`, () => {
    const program = joinScripts(ALL, { ...KERNEL, version });
    assert.ok(program.includes(has));
    assert.ok(!program.includes(hasNot));
  });
}

test("Every record of a socket has its task's control group, and of cgroup v2 that is the kernel's own answer", () => {
  const program = joinScripts(ALL, KERNEL);
  const records = program.match(/printf\("(?:tcp|udp)\.(?!outcome)/g);
  assert.ok(records !== null && records.length > 20);
  assert.equal(program.match(/, cgroup, \$leader->comm\);/g)?.length, records.length);
  assert.doesNotMatch(program, /subsys\[/);
  assert.match(program, /args->root == 0\b/);
  assert.match(program, /args->dst_root == 0\b/);
  assert.match(program, /hierarchy_id == 0\b/);
});

test("On a host with cgroup v1 the ids are those of one controller's hierarchy, and so are the groups", () => {
  const cgroups = { id: 12, v1: { controller: "memory", subsystem: 4 } };
  const program = joinScripts(ALL, { ...KERNEL, cgroups });
  const records = joinScripts(ALL, KERNEL).match(/, cgroup, \$leader->comm\);/g);
  assert.equal(
    program.match(/->subsys\[4\]\)->cgroup\)->kn\)->id, \$leader->comm\);/g)?.length,
    records?.length,
  );
  assert.doesNotMatch(program, /\bcgroup, |(?:root|hierarchy_id) == 0\b/);
  assert.match(program, /args->root == 12\b/);
  assert.match(program, /args->dst_root == 12\b/);
  assert.match(program, /hierarchy_id == 12\b/);
});

test("A kernel without MPTCP gets a program without its types, and whole otherwise", () => {
  const program = joinScripts(ALL, { ...KERNEL, hasMptcp: false });
  assert.match(joinScripts(ALL, KERNEL), /mptcp_/);
  assert.doesNotMatch(program, /mptcp_/);
  for (const { name, source } of ALL) {
    const alone = joinScripts([parseScript(name, source)], { ...KERNEL, hasMptcp: false });
    assert.equal(alone.split("{").length, alone.split("}").length, name);
    assert.equal(
      alone.match(/printf\(/g)?.length,
      joinScripts([parseScript(name, source)], KERNEL).match(/printf\(/g)?.length,
      name,
    );
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseScript } from "../../src/probe/script.ts";
import { SCRIPTS, SUBJECTS } from "./scripts.ts";

type Needs = { functions?: string[]; fexits?: string[]; tracepoints?: string[]; rawTracepoints?: string[] };

const EXIT = "sched:sched_process_exit";

const syscalls = (...names: string[]) => names.map((name) => `syscalls:sys_${name}`);

const NEEDS: Record<string, Needs> = {
  "kprobe/cgroups.rawtracepoint": {
    rawTracepoints: ["cgroup_mkdir", "cgroup_attach_task", "cgroup_rmdir"],
  },
  "kprobe/tcp-accept": { functions: ["security_sock_graft"] },
  "kprobe/tcp-close": { functions: ["inet_release", "tcp_disconnect"] },
  "kprobe/tcp-connect": { functions: ["tcp_connect", "tcp_disconnect"] },
  "kprobe/tcp-error.done": { functions: ["tcp_done_with_error"] },
  "kprobe/tcp-error.report": { functions: ["sock_def_error_report"] },
  "kprobe/tcp-failure.fexit": { fexits: ["tcp_v4_connect", "tcp_v6_connect"] },
  "kprobe/tcp-failure.kretprobe": { functions: ["tcp_v4_connect", "tcp_v6_connect"], tracepoints: [EXIT] },
  "kprobe/tcp-icmp-error": { functions: ["ip_icmp_error"] },
  "kprobe/tcp-outcome.kprobe": { functions: ["tcp_set_state"] },
  "kprobe/tcp-outcome.rawtracepoint": { rawTracepoints: ["inet_sock_set_state"] },
  "kprobe/udp-bind.fexit": { fexits: ["inet_bind", "inet6_bind"] },
  "kprobe/udp-bind.kretprobe": { functions: ["inet_bind", "inet6_bind"], tracepoints: [EXIT] },
  "kprobe/udp-close": { functions: ["inet_release"] },
  "kprobe/udp-connect.fexit": { fexits: ["__ip4_datagram_connect", "__ip6_datagram_connect"] },
  "kprobe/udp-connect.kretprobe": {
    functions: ["__ip4_datagram_connect", "__ip6_datagram_connect"],
    tracepoints: [EXIT],
  },
  "tracepoint/cgroups": {
    tracepoints: ["cgroup:cgroup_mkdir", "cgroup:cgroup_attach_task", "cgroup:cgroup_rmdir"],
  },
  "tracepoint/tcp-accept": { tracepoints: syscalls("exit_accept", "exit_accept4") },
  "tracepoint/tcp-close": {
    tracepoints: [
      ...syscalls("enter_shutdown", "exit_shutdown"),
      "sock:inet_sock_set_state",
      ...syscalls("enter_close"),
      "tcp:tcp_destroy_sock",
      ...syscalls("enter_connect"),
      EXIT,
    ],
  },
  "tracepoint/tcp-connect": {
    tracepoints: [
      "sock:inet_sock_set_state",
      ...syscalls("enter_connect", "exit_connect", "enter_shutdown"),
      "tcp:tcp_retransmit_skb",
      EXIT,
    ],
  },
  "tracepoint/tcp-outcome": { tracepoints: ["sock:inet_sock_set_state"] },
  "tracepoint/udp-bind": { tracepoints: [...syscalls("enter_bind", "exit_bind"), EXIT] },
  "tracepoint/udp-close": { tracepoints: syscalls("enter_close") },
  "tracepoint/udp-connect": { tracepoints: [...syscalls("enter_connect", "exit_connect"), EXIT] },
};

test("Every script stands in the catalog, and every script of the catalog is there", () => {
  assert.deepEqual([...SCRIPTS.keys()].sort(), [...SUBJECTS.keys()].sort());
  assert.deepEqual([...SCRIPTS.keys()].sort(), Object.keys(NEEDS).sort());
});

for (const [name, script] of SCRIPTS) {
  test(`What ${name} needs is read off its source`, () => {
    const { functions, fexits, tracepoints, rawTracepoints } = script;
    assert.deepEqual(
      { functions, fexits, tracepoints, rawTracepoints },
      { functions: [], fexits: [], tracepoints: [], rawTracepoints: [], ...NEEDS[name] },
    );
  });
}

for (const [name, { notSeen, source }] of SCRIPTS) {
  test(`What ${name} says that it does not see is one clean sentence`, () => {
    assert.equal(notSeen !== undefined, source.includes("Not seen:"));
    if (notSeen === undefined) return;
    assert.match(notSeen, /^[^*\n]+\.$/);
    assert.doesNotMatch(notSeen, / {2}|Cost:|Columns:/);
    assert.equal(notSeen.split("(").length, notSeen.split(")").length, notSeen);
  });
}

for (const [what, below] of [
  ["the next heading", "\n * Cost: much.\n */"],
  ["an empty line", "\n *\n * More.\n */"],
  ["the comment's end", "\n */"],
]) {
  test(`What is not seen goes on over its lines up to ${what}`, () => {
    const source = `/*\n * x: a probe.\n * Not seen: kernels without\n * CONFIG_X\n * (few).${below}`;
    assert.equal(parseScript("x", source).notSeen, "kernels without CONFIG_X (few).");
  });
}

/** Scripts without their comments, for what they do. */
const CODE = [...SCRIPTS].map(
  ([name, { source }]) => [name, source.replace(/\/\*[\s\S]*?\*\//g, "")] as const,
);

test("What a script notes of a task is under the task itself: its number differs by pid namespace", () => {
  for (const [name, code] of CODE) assert.doesNotMatch(code, /\b(?:tid|pid)\b/, name);
});

const noting = CODE.filter(([, code]) => code.includes("[(uint64)curtask] = "));

for (const [name, code] of noting) {
  test(`Of what ${name} notes of a task, nothing stays when the task ends`, () => {
    const noted = new Set(code.match(/@\w+(?=\[\(uint64\)curtask\] = )/g));
    const end = code.slice(code.indexOf("tracepoint:sched:sched_process_exit"));
    const deleted = [...end.matchAll(/delete\((@\w+)\[\(uint64\)curtask\]\);/g)].map(([, map]) => map);
    assert.deepEqual(new Set(deleted), noted);
  });
}

test("There are scripts that note something of a task in both sets", () => {
  for (const set of ["kprobe/", "tracepoint/"])
    assert.ok(
      noting.some(([name]) => name.startsWith(set)),
      set,
    );
});

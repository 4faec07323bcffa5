import assert from "node:assert/strict";
import { test } from "node:test";
import { parseScript } from "../../src/probe/script.ts";
import { SCRIPTS, SUBJECTS } from "./scripts.ts";

type Needs = { functions?: string[]; fexits?: string[]; tracepoints?: string[]; rawTracepoints?: string[] };

const syscalls = (...names: string[]) => names.map((name) => `syscalls:sys_${name}`);

const NEEDS: Record<string, Needs> = {
  "kprobe/cgroups.rawtracepoint": {
    rawTracepoints: ["cgroup_mkdir", "cgroup_attach_task", "cgroup_rmdir"],
  },
  "kprobe/tcp-accept": { functions: ["security_sock_graft"] },
  "kprobe/tcp-close": { functions: ["inet_release", "tcp_disconnect"] },
  "kprobe/tcp-connect": { functions: ["tcp_connect", "tcp_disconnect"] },
  "kprobe/tcp-failure.fexit": { fexits: ["tcp_v4_connect", "tcp_v6_connect"] },
  "kprobe/tcp-failure.kretprobe": { functions: ["tcp_v4_connect", "tcp_v6_connect"] },
  "kprobe/tcp-outcome.kprobe": { functions: ["tcp_set_state"] },
  "kprobe/tcp-outcome.rawtracepoint": { rawTracepoints: ["inet_sock_set_state"] },
  "kprobe/udp-bind.fexit": { fexits: ["inet_bind", "inet6_bind"] },
  "kprobe/udp-bind.kretprobe": { functions: ["inet_bind", "inet6_bind"] },
  "kprobe/udp-close": { functions: ["inet_release"] },
  "kprobe/udp-connect.fexit": { fexits: ["__ip4_datagram_connect", "__ip6_datagram_connect"] },
  "kprobe/udp-connect.kretprobe": { functions: ["__ip4_datagram_connect", "__ip6_datagram_connect"] },
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
    ],
  },
  "tracepoint/tcp-connect": {
    tracepoints: [
      "sock:inet_sock_set_state",
      ...syscalls("enter_connect", "exit_connect", "enter_shutdown"),
      "tcp:tcp_retransmit_skb",
    ],
  },
  "tracepoint/tcp-outcome": { tracepoints: ["sock:inet_sock_set_state"] },
  "tracepoint/udp-bind": { tracepoints: syscalls("enter_bind", "exit_bind") },
  "tracepoint/udp-close": { tracepoints: syscalls("enter_close") },
  "tracepoint/udp-connect": { tracepoints: syscalls("enter_connect", "exit_connect") },
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

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import * as errors from "../../src/probe/errors.ts";
import { inspectKernel, thisMachine } from "../../src/probe/kernel.ts";
import type { KernelSource } from "../../src/probe/kernel-files.ts";

/** What is read of a machine on which everything is as it should be; undefined takes a file away. */
type Tree = Record<string, string | undefined>;

const GOOD: Tree = {
  "proc/self/status": "Name:\tnode\nCapPrm:\t0000000000000000\nCapEff:\t000001ffffffffff\n",
  "proc/kallsyms":
    "0000000000000000 A fixed_percpu_data\n0000000000000000 T tcp_connect\n0000000000000000 t inet_helper\t[inet]\n0000000000000000 D tcp_prot\n",
  "proc/sys/net/mptcp/enabled": "1\n",
  "sys/kernel/security/lockdown": "[none] integrity confidentiality\n",
  "sys/kernel/tracing/README": "tracing mini-HOWTO:\n",
  "sys/kernel/tracing/available_events": "sock:inet_sock_set_state\nsyscalls:sys_enter_bind\n",
  "sys/kernel/tracing/available_filter_functions": "tcp_connect\ninet_helper [inet]\n",
  "sys/kernel/tracing/kprobe_events": "",
  "sys/kernel/btf/vmlinux": "",
};
/** The last two are not there: a variable, and the beginning of a function's name. */
const WANTED = ["tcp_connect", "inet_helper", "tcp_prot", "inet_help"];
const NO_TRACEFS: Tree = Object.fromEntries(
  Object.keys(GOOD)
    .filter((path) => path.startsWith("sys/kernel/tracing/"))
    .map((path) => [path, undefined]),
);
const IN_DEBUGFS: Tree = Object.fromEntries(
  Object.keys(NO_TRACEFS).map((path) => [path.replace("kernel/tracing", "kernel/debug/tracing"), GOOD[path]]),
);
const capabilities = (hex: string): Tree => ({ "proc/self/status": `CapEff:\t${hex}\n` });

async function machine(t: TestContext, tree: Tree, more: Partial<KernelSource> = {}): Promise<KernelSource> {
  const folder = await mkdtemp(join(tmpdir(), "netlog-kernel-"));
  t.after(() => rm(folder, { recursive: true }));
  for (const [path, text] of Object.entries({ ...GOOD, ...tree })) {
    if (text === undefined) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return {
    proc: join(folder, "proc"),
    sys: join(folder, "sys"),
    release: "6.12.57+deb13-amd64",
    uid: 0,
    ...more,
  };
}

test("A machine with everything says which of the functions asked for there are, and which tracepoints", async (t) => {
  assert.deepEqual(await inspectKernel(await machine(t, {}), WANTED), {
    release: "6.12.57+deb13-amd64",
    version: [6, 12],
    functions: new Set(["tcp_connect", "inet_helper"]),
    fexit: { functions: new Set(), lacks: "BPF trampolines (CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS)" },
    isPreempting: false,
    listsFunctions: true,
    hasMptcp: true,
    tracepoints: new Set(["sock:inet_sock_set_state", "syscalls:sys_enter_bind"]),
    cgroups: { id: 0 },
    isAdmin: true,
  });
});

for (const [what, tree] of [
  ["A kernel without the lockdown module", { "sys/kernel/security/lockdown": undefined }],
  ["Lockdown at integrity", { "sys/kernel/security/lockdown": "none [integrity] confidentiality\n" }],
  ["A tracefs that is found below debugfs only", { ...NO_TRACEFS, ...IN_DEBUGFS }],
  ["CAP_BPF with CAP_PERFMON", capabilities("000000c000000000")],
  ["CAP_SYS_ADMIN alone", capabilities("0000000000200000")],
] as const) {
  test(`${what} is no obstacle`, async (t) => {
    const kernel = await inspectKernel(await machine(t, tree), WANTED);
    assert.equal(kernel.functions.size, 2);
    assert.equal(kernel.tracepoints.size, 2);
  });
}

test("A kernel without kprobes has no functions, whatever its symbol table holds", async (t) => {
  const kernel = await inspectKernel(
    await machine(t, { "sys/kernel/tracing/kprobe_events": undefined }),
    WANTED,
  );
  assert.deepEqual(kernel.functions, new Set());
});

test("A kernel without the function tracer does not list functions, and has kprobes all the same", async (t) => {
  const tree = { "sys/kernel/tracing/available_filter_functions": undefined };
  const { listsFunctions, functions } = await inspectKernel(await machine(t, tree), WANTED);
  assert.equal(listsFunctions, false);
  assert.equal(functions.size, 2);
});

test("A kernel without MPTCP is known by its missing switch", async (t) => {
  const { hasMptcp } = await inspectKernel(
    await machine(t, { "proc/sys/net/mptcp/enabled": undefined }),
    WANTED,
  );
  assert.equal(hasMptcp, false);
});

const OBSTACLES: [
  what: string,
  error: new (...args: never[]) => Error,
  fix: RegExp,
  tree: Tree,
  more?: Partial<KernelSource>,
][] = [
  [
    "A kernel that is too old",
    errors.KernelTooOldError,
    /is 5\.4\.0; netlog needs 5\.10 or later/,
    {},
    { release: "5.4.0" },
  ],
  [
    "A release that is no version",
    errors.KernelTooOldError,
    /needs 5\.10 or later/,
    {},
    { release: "custom" },
  ],
  ["A user who is not root", errors.NotRootError, /Try: sudo npm start/, {}, { uid: 1000 }],
  [
    "Root without capabilities",
    errors.CapabilityError,
    /give it CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN/,
    capabilities("0000000000000000"),
  ],
  ["CAP_BPF alone", errors.CapabilityError, /CAP_PERFMON/, capabilities("0000008000000000")],
  ["CAP_PERFMON alone", errors.CapabilityError, /CAP_BPF/, capabilities("0000004000000000")],
  ["No /proc", errors.CapabilityError, /CAP_BPF/, { "proc/self/status": undefined }],
  [
    "Lockdown at confidentiality",
    errors.LockdownError,
    /boot with lockdown=integrity/,
    { "sys/kernel/security/lockdown": "none integrity [confidentiality]\n" },
  ],
  [
    "A tracefs that is not mounted",
    errors.TracefsError,
    /not mounted: mount -t tracefs nodev \/sys\/kernel\/tracing/,
    NO_TRACEFS,
  ],
  [
    "A tracefs without its list of events",
    errors.TracefsError,
    /cannot be read or is empty: mount the host's/,
    { "sys/kernel/tracing/available_events": undefined },
  ],
  [
    "An empty list of events",
    errors.TracefsError,
    /cannot be read or is empty: mount the host's/,
    { "sys/kernel/tracing/available_events": "\n" },
  ],
  [
    "A kernel without BTF",
    errors.BtfMissingError,
    /CONFIG_DEBUG_INFO_BTF; in a container: mount/,
    { "sys/kernel/btf/vmlinux": undefined },
  ],
];

for (const [what, expected, fix, tree, more] of OBSTACLES) {
  test(`${what} is told with its fix (${expected.name})`, async (t) => {
    await assert.rejects(inspectKernel(await machine(t, tree, more), WANTED), (error) => {
      assert.ok(error instanceof expected && error instanceof errors.ProbeError, String(error));
      assert.equal(error.name, expected.name);
      assert.match(error.message, fix);
      return true;
    });
  });
}

test("This machine is asked by its own paths", () => {
  const { proc, sys, release, uid } = thisMachine();
  assert.deepEqual([proc, sys, uid], ["/proc", "/sys", process.getuid?.()]);
  assert.match(release, /^\d+\.\d+/);
});

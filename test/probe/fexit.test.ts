import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { findFexits } from "../../src/probe/fexit.ts";
import { btfImage } from "./btf-image.ts";

const SYMBOLS = ["tcp_v4_connect", "bpf_trampoline_link_prog", "register_ftrace_direct"];
const TRACEABLE = "tcp_v4_connect\ninet_bind\nnfs_open [nfs]\nx__ip4_datagram_connect\n";
const DESCRIBED = ["tcp_v4_connect", "inet6_bind", "nfs_open", "__ip4_datagram_connect"];
const WANTED = ["tcp_v4_connect", "inet_bind", "inet6_bind", "nfs_open", "__ip4_datagram_connect"];

async function fexit(t: TestContext, symbols: readonly string[], traceable: string | undefined) {
  const sys = await mkdtemp(join(tmpdir(), "netlog-fexit-"));
  t.after(() => rm(sys, { recursive: true }));
  await mkdir(join(sys, "kernel/btf"), { recursive: true });
  const image = btfImage(DESCRIBED.map((name) => ({ kind: 12, name })));
  await writeFile(join(sys, "kernel/btf/vmlinux"), image);
  return findFexits({ proc: "/nowhere", sys, release: "6.12", uid: 0 }, WANTED, new Set(symbols), traceable);
}

test("A function can be reached that ftrace lists and the kernel, not a module, describes", async (t) => {
  assert.deepEqual(await fexit(t, SYMBOLS, TRACEABLE), {
    functions: new Set(["tcp_v4_connect"]),
  });
});

for (const missing of ["bpf_trampoline_link_prog", "register_ftrace_direct"]) {
  test(`A kernel without ${missing} has no BPF trampolines`, async (t) => {
    const symbols = SYMBOLS.filter((name) => name !== missing);
    const { functions, lacks } = await fexit(t, symbols, TRACEABLE);
    assert.equal(functions.size, 0);
    assert.equal(lacks, "BPF trampolines (CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS)");
  });
}

test("Where tracefs does not list what ftrace can reach, nothing is reached", async (t) => {
  assert.deepEqual(await fexit(t, SYMBOLS, undefined), {
    functions: new Set(),
    lacks: "available_filter_functions in tracefs",
  });
});

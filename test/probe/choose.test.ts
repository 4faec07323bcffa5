import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EVENT_KINDS, type EventKind } from "../../src/event.ts";
import type { Sight } from "../../src/probe/catalog.ts";
import { chooseProbes } from "../../src/probe/choose.ts";
import { NoProbeError } from "../../src/probe/errors.ts";
import type { Kernel } from "../../src/probe/kernel.ts";
import type { Version } from "../../src/probe/version.ts";
import { KERNEL, SCRIPTS } from "./scripts.ts";

const DEFAULT_EVENTS: EventKind[] = ["tcp.connect", "tcp.accept", "tcp.close", "udp.bind", "udp.close"];

const LIST = "available_filter_functions in tracefs";
const NO_FEXIT = { functions: new Set<string>(), lacks: "BPF trampolines" };
const NO_LIST: Kernel = { ...KERNEL, listsFunctions: false, fexit: { functions: new Set(), lacks: LIST } };
const NO_TRAMPOLINES: Kernel = { ...KERNEL, fexit: NO_FEXIT };
const NO_KPROBES: Kernel = { ...KERNEL, functions: new Set() };
const PREEMPTING: Kernel = { ...KERNEL, isPreempting: true };
const NEITHER: Kernel = { ...NO_KPROBES, fexit: NO_FEXIT };
const without = (...names: string[]): Kernel => ({
  ...KERNEL,
  functions: new Set([...KERNEL.functions].filter((name) => !names.includes(name))),
  fexit: { functions: new Set([...KERNEL.fexit.functions].filter((name) => !names.includes(name))) },
  tracepoints: new Set([...KERNEL.tracepoints].filter((name) => !names.includes(name))),
});

function choose(events: readonly Sight[], kernel: Kernel, bpftrace: Version) {
  return chooseProbes(events, { kernel, bpftrace }, SCRIPTS);
}

function names(events: readonly EventKind[], kernel: Kernel, bpftrace: Version): string[] {
  return choose(events, kernel, bpftrace).map(({ script }) => script.name);
}

const kprobes = (atReturn: "fexit" | "kretprobe", outcome: string) => [
  "kprobe/tcp-connect",
  `kprobe/tcp-failure.${atReturn}`,
  outcome,
  "kprobe/tcp-icmp-error",
  "kprobe/tcp-error.done",
  "kprobe/tcp-accept",
  "kprobe/tcp-close",
  `kprobe/udp-bind.${atReturn}`,
  "kprobe/udp-close",
];
const tracepoints = (outcome: string, udpBind = "tracepoint/udp-bind") => [
  "tracepoint/tcp-connect",
  outcome,
  "tracepoint/tcp-accept",
  "tracepoint/tcp-close",
  udpBind,
  "tracepoint/udp-close",
];
const RAW = "kprobe/tcp-outcome.rawtracepoint";
const KPROBE = "kprobe/tcp-outcome.kprobe";

for (const [machine, kernel, bpftrace, expected] of [
  ["bpftrace 0.23 and every function", KERNEL, [0, 23], kprobes("fexit", RAW)],
  ["bpftrace 0.27 and every function", KERNEL, [0, 27], kprobes("fexit", RAW)],
  ["bpftrace 0.17 and every function", KERNEL, [0, 17], kprobes("fexit", KPROBE)],
  ["no BPF trampolines", NO_TRAMPOLINES, [0, 23], kprobes("kretprobe", RAW)],
  ["a kernel that preempts", PREEMPTING, [0, 23], kprobes("kretprobe", KPROBE)],
  [
    "a kernel that preempts, and no kprobes",
    { ...PREEMPTING, functions: new Set<string>() },
    [0, 23],
    tracepoints(RAW, "kprobe/udp-bind.fexit"),
  ],
  ["no list of functions", NO_LIST, [0, 23], kprobes("kretprobe", KPROBE)],
  ["bpftrace 0.17 and no kprobes", NEITHER, [0, 17], tracepoints("tracepoint/tcp-outcome")],
  ["bpftrace 0.23 and no kprobes", NEITHER, [0, 23], tracepoints(RAW)],
  ["BPF trampolines and no kprobes", NO_KPROBES, [0, 23], tracepoints(RAW, "kprobe/udp-bind.fexit")],
  [
    "no security_sock_graft",
    without("security_sock_graft"),
    [0, 23],
    kprobes("fexit", RAW).with(5, "tracepoint/tcp-accept"),
  ],
  [
    "a function that only a kprobe can be set on",
    { ...KERNEL, fexit: without("tcp_v6_connect").fexit },
    [0, 23],
    kprobes("fexit", RAW).with(1, "kprobe/tcp-failure.kretprobe"),
  ],
  [
    "no tcp_v6_connect",
    without("tcp_v6_connect"),
    [0, 23],
    kprobes("fexit", RAW).toSpliced(0, 2, "tracepoint/tcp-connect"),
  ],
  ["no tracepoint for the outcome", without("sock:inet_sock_set_state"), [0, 23], kprobes("fexit", KPROBE)],
] as const) {
  test(`A machine with ${machine} gets the scripts that fit it`, () => {
    assert.deepEqual(names(DEFAULT_EVENTS, kernel, bpftrace), expected);
  });
}

for (const [version, lacks, expected] of [
  [[6, 10], [], ["kprobe/tcp-icmp-error", "kprobe/tcp-error.report"]],
  [[6, 11], [], ["kprobe/tcp-icmp-error", "kprobe/tcp-error.done"]],
  [[6, 10], ["sock_def_error_report"], ["kprobe/tcp-icmp-error", "kprobe/tcp-error.done"]],
  [[6, 11], ["tcp_done_with_error"], ["kprobe/tcp-icmp-error"]],
  [[6, 11], ["tcp_done_with_error", "ip_icmp_error"], []],
] as const) {
  const kernel = { ...without(...lacks), version };
  test(`Errors that the process can take away before the outcome: kernel ${version.join(".")}${lacks.map((name) => ` without ${name}`)}`, () => {
    const chosen = names(["tcp.connect"], kernel, [0, 23]);
    assert.deepEqual(
      chosen.filter((name) => name.includes("-error")),
      expected,
    );
    assert.equal(chosen.length, 3 + expected.length);
  });
}

const RAW_CGROUPS = "kprobe/cgroups.rawtracepoint";

for (const [bpftrace, listsFunctions, expected] of [
  [[0, 17], true, "tracepoint/cgroups"],
  [[0, 23], true, RAW_CGROUPS],
  [[0, 23], false, "tracepoint/cgroups"],
  [[0, 27], true, "tracepoint/cgroups"],
] as const) {
  const lists = listsFunctions ? "with" : "without";
  test(`Control groups are seen by ${expected} with bpftrace ${bpftrace.join(".")}, ${lists} a list of functions`, () => {
    const chosen = choose(["cgroups"], { ...KERNEL, listsFunctions }, bpftrace);
    assert.deepEqual(
      chosen.map(({ script, passedOver }) => [script.name, passedOver.length]),
      [[expected, listsFunctions ? 0 : 1]],
    );
  });
}

test("Nothing is passed over where everything is there", () => {
  assert.deepEqual(
    choose(EVENT_KINDS, KERNEL, [0, 23]).flatMap(({ passedOver }) => passedOver),
    [],
  );
});

for (const [machine, event, kernel, bpftrace, expected] of [
  ["an old bpftrace", "tcp.connect", KERNEL, [0, 17], [`${RAW} needs bpftrace 0.23`]],
  ["no kprobes", "udp.close", NO_KPROBES, [0, 17], ["this kernel lacks kprobes"]],
  [
    "neither kprobes nor BPF trampolines",
    "udp.bind",
    NEITHER,
    [0, 17],
    ["kprobe/udp-bind.fexit needs BPF trampolines, which this kernel lacks", "this kernel lacks kprobes"],
  ],
  [
    "an old bpftrace on an old kernel",
    "udp.bind",
    { ...KERNEL, version: [5, 10] },
    [0, 17],
    ["kprobe/udp-bind.fexit needs bpftrace 0.23 on a kernel below 5.11 or without CAP_SYS_ADMIN"],
  ],
  [
    "a kernel that preempts",
    "tcp.connect",
    PREEMPTING,
    [0, 23],
    [
      "kprobe/tcp-failure.fexit is skipped too often on a kernel that preempts, as this one",
      `${RAW} is skipped too often on a kernel that preempts, as this one`,
    ],
  ],
  [
    "no BPF trampolines",
    "tcp.connect",
    NO_TRAMPOLINES,
    [0, 23],
    ["kprobe/tcp-failure.fexit needs BPF trampolines, which this kernel lacks"],
  ],
  [
    "a function missing",
    "tcp.close",
    without("tcp_disconnect", "inet_release"),
    [0, 23],
    ["kprobe/tcp-close needs inet_release, tcp_disconnect, which this kernel lacks"],
  ],
  [
    "no list of functions",
    "tcp.connect",
    NO_LIST,
    [0, 23],
    [
      `kprobe/tcp-failure.fexit needs ${LIST}, which this kernel lacks`,
      `${RAW} needs ${LIST}, which this kernel lacks`,
    ],
  ],
] as const) {
  test(`The choice for ${machine} names its reasons`, () => {
    const passedOver = choose([event], kernel, bpftrace).flatMap((chosen) => chosen.passedOver);
    assert.deepEqual(passedOver, expected);
  });
}

for (const [what, kernel] of [
  ["kprobes", KERNEL],
  ["tracepoints", NO_KPROBES],
] as const) {
  test(`A kind that is off attaches nothing that no other kind needs (${what})`, () => {
    fc.assert(
      fc.property(fc.subarray([...EVENT_KINDS]), (events) => {
        const each = events.flatMap((event) => names([event], kernel, [0, 23]));
        assert.deepEqual(names(events, kernel, [0, 23]).sort(), [...new Set(each)].sort());
      }),
    );
  });
}

test("The reason for a fallback stands with the script that is one, not with the one beside it", () => {
  const because = choose(["tcp.connect"], NO_TRAMPOLINES, [0, 23]).map(({ script, passedOver }) => [
    script.name,
    passedOver.length,
  ]);
  assert.deepEqual(because, [
    ["kprobe/tcp-connect", 0],
    ["kprobe/tcp-failure.kretprobe", 1],
    [RAW, 0],
    ["kprobe/tcp-icmp-error", 0],
    ["kprobe/tcp-error.done", 0],
  ]);
});

test("UDP alone attaches no TCP hook, and TCP alone no UDP hook", () => {
  const hooks = (...events: EventKind[]) =>
    choose(events, KERNEL, [0, 23]).flatMap(({ script }) => [...script.functions, ...script.fexits]);
  assert.deepEqual(hooks("udp.bind", "udp.close"), ["inet_bind", "inet6_bind", "inet_release"]);
  assert.deepEqual(hooks("tcp.accept"), ["security_sock_graft"]);
});

test("A kind without any script that fits is an error that says what is lacking, and what to do", () => {
  assert.throws(
    () => choose(DEFAULT_EVENTS, without("inet_bind", "syscalls:sys_exit_bind"), [0, 23]),
    (error) => {
      assert.ok(error instanceof NoProbeError);
      assert.equal(
        error.message,
        "udp.bind cannot be seen on this machine: kprobe/udp-bind.fexit needs inet_bind for BPF trampolines, which this kernel lacks; " +
          "kprobe/udp-bind.kretprobe needs inet_bind, which this kernel lacks; " +
          "tracepoint/udp-bind needs syscalls:sys_exit_bind, which this kernel lacks. " +
          "Leave it out of the configuration's events, or run netlog where one of these is mended",
      );
      return true;
    },
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EVENT_KINDS, type EventKind } from "../../src/event.ts";
import { chooseProbes } from "../../src/probe/choose.ts";
import { NoProbeError } from "../../src/probe/errors.ts";
import type { Kernel } from "../../src/probe/kernel.ts";
import type { Version } from "../../src/probe/version.ts";
import { KERNEL, SCRIPTS } from "./scripts.ts";

const DEFAULT_EVENTS: EventKind[] = ["tcp.connect", "tcp.accept", "tcp.close", "udp.bind", "udp.close"];

const NO_KPROBES: Kernel = { ...KERNEL, functions: new Set() };
const without = (...names: string[]): Kernel => ({
  ...KERNEL,
  functions: new Set([...KERNEL.functions].filter((name) => !names.includes(name))),
  tracepoints: new Set([...KERNEL.tracepoints].filter((name) => !names.includes(name))),
});

function choose(events: readonly EventKind[], kernel: Kernel, bpftrace: Version) {
  return chooseProbes(events, { kernel, bpftrace }, SCRIPTS);
}

function names(events: readonly EventKind[], kernel: Kernel, bpftrace: Version): string[] {
  return choose(events, kernel, bpftrace).map(({ script }) => script.name);
}

const set = (of: "kprobe" | "tracepoint", outcome: string) => [
  `${of}/tcp-connect`,
  outcome,
  `${of}/tcp-accept`,
  `${of}/tcp-close`,
  `${of}/udp-bind`,
  `${of}/udp-close`,
];
const RAW = "kprobe/tcp-outcome.rawtracepoint";
const KPROBE = "kprobe/tcp-outcome.kprobe";

for (const [machine, kernel, bpftrace, expected] of [
  ["bpftrace 0.23 and every function", KERNEL, [0, 23], set("kprobe", RAW)],
  ["bpftrace 0.27 and every function", KERNEL, [0, 27], set("kprobe", RAW)],
  ["bpftrace 0.17 and every function", KERNEL, [0, 17], set("kprobe", KPROBE)],
  ["no list of functions", { ...KERNEL, listsFunctions: false }, [0, 23], set("kprobe", KPROBE)],
  ["bpftrace 0.17 and no kprobes", NO_KPROBES, [0, 17], set("tracepoint", "tracepoint/tcp-outcome")],
  ["bpftrace 0.23 and no kprobes", NO_KPROBES, [0, 23], set("tracepoint", RAW)],
  [
    "no security_sock_graft",
    without("security_sock_graft"),
    [0, 23],
    set("kprobe", RAW).with(2, "tracepoint/tcp-accept"),
  ],
  ["no tracepoint for the outcome", without("sock:inet_sock_set_state"), [0, 23], set("kprobe", KPROBE)],
] as const) {
  test(`A machine with ${machine} gets the scripts that fit it`, () => {
    assert.deepEqual(names(DEFAULT_EVENTS, kernel, bpftrace), expected);
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
  ["no kprobes", "udp.bind", NO_KPROBES, [0, 17], ["this kernel lacks kprobes"]],
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
    { ...KERNEL, listsFunctions: false },
    [0, 23],
    [`${RAW} needs available_filter_functions in tracefs, which this kernel lacks`],
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

test("UDP alone attaches no TCP hook, and TCP alone no UDP hook", () => {
  const hooks = (...events: EventKind[]) =>
    choose(events, KERNEL, [0, 23]).flatMap(({ script }) => script.functions);
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
        "udp.bind cannot be seen on this machine: kprobe/udp-bind needs inet_bind, which this kernel lacks; " +
          "tracepoint/udp-bind needs syscalls:sys_exit_bind, which this kernel lacks. " +
          "Leave it out of the configuration's events, or run netlog where one of these is mended",
      );
      return true;
    },
  );
});

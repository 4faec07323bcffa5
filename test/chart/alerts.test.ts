import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { temporaryFolder } from "../host/process-netlog.ts";
import { promtool } from "../promtool.ts";
import { type Course, readCourse } from "./course.ts";
import { alerts, RULES } from "./queries.ts";

const { skip, run } = promtool();
const LABELS = ["alertname", "severity", "cause", "event", "resource"];
/** After the end of a recording: longer than any alert waits, and inside the 15 minutes that increases are taken of. */
const LATER_S = 11 * 60;

type Series = { readonly series: string; readonly values: string };

/** promtool's own words for values that came one a second. */
function played(course: Course): Series[] {
  return Object.entries(course).map(([name, values]) => {
    const last = values.at(-1)?.[0] ?? null;
    const held = [...values, [last, 2 * LATER_S] as const];
    return {
      series: name.replace("{", '{node="node-1",'),
      values: held
        .map(([value, times]) => (value === null ? `_x${times}` : `${value}x${times - 1}`))
        .join(" "),
    };
  });
}

function lengthOf(course: Course): number {
  const [values = []] = Object.values(course);
  return values.reduce((sum, [, times]) => sum + times, 0);
}

/** Which alerts fire at that second, each with what tells it apart, as promtool finds them. */
async function assertFiring(
  t: TestContext,
  input: readonly Series[],
  atS: number,
  expected: readonly string[],
): Promise<void> {
  const samples = expected.map((one) => {
    const [alertname = "", ...labels] = one.split(" ");
    const severity = alerts().find(({ alert }) => alert === alertname)?.labels.severity;
    const pairs = [`alertname=${alertname}`, `severity=${severity}`, ...labels];
    return { labels: `{${pairs.map((pair) => pair.replace(/=(.*)/, '="$1"')).join(",")}}`, value: 1 };
  });
  const firing = {
    expr: `max by (${LABELS.join(", ")}) (ALERTS{alertstate="firing"})`,
    eval_time: `${atS}s`,
    exp_samples: samples,
  };
  const file = join(await temporaryFolder(t), "test.yaml");
  const tests = [{ interval: "1s", input_series: input, promql_expr_test: [firing] }];
  await writeFile(file, JSON.stringify({ rule_files: [RULES], evaluation_interval: "15s", tests }));
  const { status, output } = run(["test", "rules", file]);
  assert.equal(status, 0, output);
}

// What netlog's metrics were in tests with faults, and stay afterwards: courses/README.md.
const FAULTS: readonly [fault: string, firing: readonly string[]][] = [
  ["Without a fault every event has its line, and none is in a gap", []],
  ["bpftrace killed", ["NetlogBpftraceRestarting"]],
  ["bpftrace stopped (SIGSTOP)", ["NetlogBpftraceRestarting"]],
  ["bpftrace exits at once, twice", ["NetlogBpftraceRestarting"]],
  ["bpftrace dies in mid-line", ["NetlogBpftraceRestarting"]],
  ["bpftrace prints rubbish", []],
  ["The kernel's buffer overrun", ["NetlogEventsLost cause=kernel-buffer"]],
  ["stdout blocked until events are dropped", ["NetlogLinesDropped cause=queue-full"]],
  ["Of a kind of event nothing comes any more", ["NetlogNotReady", "NetlogProbeSilent event=udp.bind"]],
  ["A configuration that cannot be read is kept out, and told", ["NetlogConfigRejected"]],
  [
    "The API server is away",
    [
      "NetlogNotReady",
      "NetlogApiWatchStale resource=pods",
      "NetlogApiWatchStale resource=namespaces",
      "NetlogLinesUnresolved",
    ],
  ],
];

for (const [fault, firing] of FAULTS) {
  const names = firing.length === 0 ? "nothing" : firing.join(", ");
  test(`${fault}: ${names} fires`, { skip }, async (t) => {
    const course = await readCourse(fault);
    await assertFiring(t, played(course), lengthOf(course) + LATER_S, firing);
  });
}

const ALIVE = { series: 'netlog_build_info{node="node-1"}', values: "1x10000" };
const scheduled = (ready: string): Series[] => [
  ALIVE,
  { series: 'kube_daemonset_status_desired_number_scheduled{daemonset="netlog"}', values: "3x10000" },
  { series: 'kube_daemonset_status_number_ready{daemonset="netlog"}', values: ready },
];

for (const [what, input, atS, firing] of [
  ["A node without a ready netlog for 10 minutes", scheduled("3x100 2x9000"), 800, ["NetlogNodeUncovered"]],
  ["A node without a ready netlog for 5 minutes", scheduled("3x100 2x300 3x9000"), 1200, []],
  ["No netlog at all", [{ series: "up", values: "1x10000" }], 1000, ["NetlogMetricsAbsent"]],
] as const) {
  test(`${what}: ${firing.join() || "nothing"} fires`, { skip }, (t) => assertFiring(t, input, atS, firing));
}

test("An alert ends with what it was for", { skip }, async (t) => {
  const values = (value: string) => [{ series: 'netlog_ready{node="node-1"}', values: value }, ALIVE];
  await assertFiring(t, values("1x100 0x400 1x9000"), 480, ["NetlogNotReady"]);
  await assertFiring(t, values("1x100 0x400 1x9000"), 520, []);
});

test("The lines dropped over a limit are what the configuration wants", { skip }, async (t) => {
  const limited = { series: 'netlog_events_dropped_total{cause="limited"}', values: "0x60 100x9000" };
  await assertFiring(t, [ALIVE, limited], 300, []);
});

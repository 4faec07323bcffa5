import assert from "node:assert/strict";
import { test } from "node:test";
import { METRICS, Metrics } from "../../src/account/metrics.ts";
import type { ApiWatch } from "../../src/account/snapshot.ts";
import { promtool } from "../promtool.ts";
import { readExposition, type Series, valueIn } from "./exposition.ts";
import { QUIET } from "./snapshot.ts";

const WATCH: ApiWatch = {
  listed: true,
  live: false,
  lastHeardMs: performance.now() - 5000,
  counters: { requests: 7, relists: 2, failures: { silent: 3, gone: 1 }, skipped: 4 },
};

const FULL: typeof QUIET = {
  ...QUIET,
  stats: { "made.tcp.attempt": 5, lines: 4, missed: 3, open_sockets: 2, 'filtered.a"b': 1 },
  gaps: new Map([["restart", 1]]),
  selfTest: new Map([
    ["tcp.connect", { failedTests: 2, lastSeen: "2026-11-22T10:31:26.500000Z", isSilent: false }],
    ["udp.bind", { failedTests: 9, lastSeen: undefined, isSilent: true }],
  ]),
  selfTestErrors: 1,
  watches: { pods: WATCH },
};

async function scrape(counted = QUIET, pid?: number): Promise<Series[]> {
  return readExposition(await new Metrics({ read: () => counted, bpftracePid: () => pid }).text());
}

const of = (series: readonly Series[], name: string) =>
  series.filter((one) => one.name === name).map(({ labels, value }) => [value, ...Object.values(labels)]);

test("Each value stands under its metric's name and labels", async () => {
  const series = await scrape(FULL);
  const expected: Record<string, (number | string)[][]> = {
    netlog_records_made_total: [[5, "tcp.attempt"]],
    netlog_lines_total: [[4]],
    netlog_probe_runs_missed_total: [[3]],
    netlog_probe_runs_missed_known: [[1]],
    netlog_open_sockets: [[2]],
    netlog_build_info: [[1, "1.2.3", "6.12", "0.23.2"]],
    netlog_ready: [[1]],
    netlog_probe_attached: [
      [1, "kprobe/tcp-connect"],
      [1, "kprobe/tcp-close"],
    ],
    netlog_gaps_total: [[1, "restart"]],
    netlog_self_test_last_success_timestamp_seconds: [
      [Date.UTC(2026, 10, 22, 10, 31, 26, 500) / 1000, "tcp.connect"],
    ],
    netlog_self_test_failures_total: [
      [2, "tcp.connect"],
      [9, "udp.bind"],
    ],
    netlog_self_test_silent: [
      [0, "tcp.connect"],
      [1, "udp.bind"],
    ],
    netlog_self_test_errors_total: [[1]],
    netlog_config_last_reload_successful: [[1]],
    netlog_api_requests_total: [[7, "pods"]],
    netlog_api_relists_total: [[2, "pods"]],
    netlog_api_failures_total: [
      [3, "pods", "silent"],
      [1, "pods", "gone"],
    ],
    netlog_api_skipped_total: [[4, "pods"]],
    netlog_api_synced: [[1, "pods"]],
    netlog_api_watch_live: [[0, "pods"]],
  };
  for (const [name, values] of Object.entries(expected)) assert.deepEqual(of(series, name), values, name);
  const age = valueIn(series, "netlog_api_last_heard_age_seconds", "pods") ?? 0;
  assert.ok(age >= 5 && age < 15, `${age}`);
});

test("What is wrong is 0", async () => {
  const series = await scrape({ ...QUIET, isReady: false, isAttached: false, isConfigGood: false });
  assert.deepEqual(of(series, "netlog_ready"), [[0]]);
  assert.deepEqual(of(series, "netlog_config_last_reload_successful"), [[0]]);
  assert.deepEqual(
    of(series, "netlog_probe_attached").map(([value]) => value),
    [0, 0],
  );
});

test("What is not known is absent, and not 0", async () => {
  const series = await scrape({ ...QUIET, stats: { missed: "unknown", missed_counted: 0 } });
  assert.deepEqual(of(series, "netlog_probe_runs_missed_total"), []);
  assert.deepEqual(of(series, "netlog_probe_runs_missed_known"), [[0]]);
  assert.deepEqual(of(series, "netlog_probe_runs_missed_counted_total"), [[0]]);
  for (const name of ["netlog_bpftrace_cpu_seconds_total", "netlog_api_synced"])
    assert.deepEqual(of(series, name), []);
});

test("A scrape says what is now, and nothing of the scrape before", async () => {
  let counted = FULL;
  const metrics = new Metrics({ read: () => counted, bpftracePid: () => undefined });
  await metrics.text();
  counted = { ...QUIET, stats: { "made.tcp.attempt": 6 } };
  const series = readExposition(await metrics.text());
  assert.deepEqual(of(series, "netlog_records_made_total"), [[6, "tcp.attempt"]]);
  assert.deepEqual(of(series, "netlog_lines_total"), []);
});

test("What this process and bpftrace use is measured", async () => {
  const series = await scrape(QUIET, process.ppid);
  for (const name of ["process_resident_memory_bytes", "netlog_bpftrace_resident_memory_bytes"])
    assert.ok((valueIn(series, name) ?? 0) > 1e6, name);
  assert.ok((valueIn(series, "process_cpu_seconds_total") ?? 0) > 0.01);
  const startedAt = valueIn(series, "process_start_time_seconds") ?? 0;
  assert.ok(Math.abs(startedAt - (Date.now() / 1000 - process.uptime())) < 1);
});

test("A name is netlog's or Prometheus's own for a process, and no label is a pod's, an address's or a process's", () => {
  const labels = new Set(METRICS.flatMap((metric) => metric.labels));
  assert.deepEqual(
    [...labels].sort(),
    "bpftrace cause event kernel kind probe reason resource rule type version".split(" "),
  );
  for (const { name, type } of METRICS) {
    assert.match(name, /^(?:netlog|process)_[a-z_]+$/);
    assert.equal(name.endsWith("_total"), type === "counter", name);
  }
});

const { skip, run } = promtool();

test("promtool finds nothing to say about the metrics", { skip }, async () => {
  const input = await new Metrics({ read: () => FULL, bpftracePid: () => process.pid }).text();
  assert.deepEqual(run(["check", "metrics"], input), { status: 0, output: "" });
});

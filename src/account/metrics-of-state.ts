import { counter, gauge, type Metric, type Sample, yesNo } from "./metric.ts";
import type { Snapshot, TestedKind } from "./snapshot.ts";

/** What `#stats` does not say: how netlog stands, and what it costs. */
export const METRICS_OF_STATE: readonly Metric[] = [
  gauge("netlog_build_info", "1, with the versions of netlog, the kernel and bpftrace.", {
    labels: ["version", "kernel", "bpftrace"],
    read: ({ build }) => [[1, build]],
  }),
  gauge("netlog_ready", "Whether netlog watches and can name pods, as /readyz says.", {
    read: ({ isReady }) => [[yesNo(isReady)]],
  }),
  gauge("netlog_probe_attached", "Whether this probe is attached.", {
    labels: ["probe"],
    read: ({ probes, isAttached }) => probes.map((probe): Sample => [yesNo(isAttached), { probe }]),
  }),
  gauge("netlog_probe_runs_missed_known", "Whether the kernel counts what it skips of all probes.", {
    read: ({ stats }) => [[yesNo(typeof stats["missed"] === "number")]],
  }),
  counter("netlog_gaps_total", "#gap records that were written.", {
    labels: ["reason"],
    read: ({ gaps }) => [...gaps].map(([reason, count]): Sample => [count, { reason }]),
  }),
  gauge(
    "netlog_self_test_last_success_timestamp_seconds",
    "When the last self-test began that saw all events of this kind.",
    perKind(({ lastSeen }) => (lastSeen === undefined ? undefined : Date.parse(lastSeen) / 1000)),
  ),
  counter(
    "netlog_self_test_failures_total",
    "Self-tests that did not see all events of this kind.",
    perKind(({ failedTests }) => failedTests),
  ),
  gauge(
    "netlog_self_test_silent",
    "Whether events of this kind were not seen in several self-tests running.",
    perKind(({ isSilent }) => yesNo(isSilent)),
  ),
  counter("netlog_self_test_errors_total", "Self-tests that could not make their own sockets.", {
    read: ({ selfTestErrors }) => [[selfTestErrors]],
  }),
  gauge("netlog_config_last_reload_successful", "Whether the configuration file is the one in effect.", {
    read: ({ isConfigGood }) => [[yesNo(isConfigGood)]],
  }),
  counter("process_cpu_seconds_total", "CPU time of netlog itself.", {
    read: ({ netlog }) => [[netlog.cpuSeconds]],
  }),
  gauge("process_resident_memory_bytes", "Memory of netlog itself.", {
    read: ({ netlog }) => [[netlog.residentBytes]],
  }),
  gauge("process_start_time_seconds", "When netlog was started.", {
    read: ({ startedAt }) => [[startedAt]],
  }),
  counter("netlog_bpftrace_cpu_seconds_total", "CPU time of the bpftrace that runs, without its probes.", {
    read: ({ bpftrace }) => (bpftrace === undefined ? [] : [[bpftrace.cpuSeconds]]),
  }),
  gauge("netlog_bpftrace_resident_memory_bytes", "Memory of the bpftrace that runs.", {
    read: ({ bpftrace }) => (bpftrace === undefined ? [] : [[bpftrace.residentBytes]]),
  }),
];

function perKind(valueOfKind: (kind: TestedKind) => number | undefined) {
  const read = ({ selfTest }: Snapshot) =>
    [...selfTest].flatMap(([event, kind]): Sample[] => {
      const value = valueOfKind(kind);
      return value === undefined ? [] : [[value, { event }]];
    });
  return { labels: ["event"], read };
}

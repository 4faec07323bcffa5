import { counter, gauge, type Metric, type MetricDetails, type Sample } from "./metric.ts";
import type { Snapshot } from "./snapshot.ts";

/** The fields of `#stats`, each as a metric, in the order of an event's way. Those of the API are in metrics-of-api.ts. */
export const METRICS_OF_STATS: readonly Metric[] = [
  counter("netlog_records_made_total", "Records that the probes made.", each("made.*", "type")),
  counter("netlog_records_received_total", "Records that came out of bpftrace.", each("received.*", "type")),
  counter(
    "netlog_records_missing_total",
    "Records that were made and did not come.",
    each("missing.*", "type"),
  ),
  counter(
    "netlog_records_lost_total",
    "Records and events that were lost before netlog had them.",
    each("lost.*", "cause"),
  ),
  counter("netlog_records_unparsable_total", "Records that netlog cannot read.", one("unparsable")),
  counter("netlog_bpftrace_messages_total", "What bpftrace printed beside records.", one("messages")),
  counter("netlog_socket_records_total", "Records of sockets that were read.", one("records")),
  counter("netlog_socket_records_joined_total", "Records of sockets that became events.", one("joined")),
  counter(
    "netlog_socket_records_ignored_total",
    "Records of sockets that no line is about.",
    each("ignored.*", "reason"),
  ),
  counter("netlog_records_late_total", "Records that came too late to be put in order.", one("late")),
  counter(
    "netlog_probe_runs_missed_total",
    "Runs of probes that the kernel skipped; absent where it does not count them.",
    one("missed"),
  ),
  counter(
    "netlog_probe_runs_missed_counted_total",
    "Runs of probes that the kernel skipped and counted, of those probes of which it counts them.",
    one("missed_counted"),
  ),
  counter(
    "netlog_probe_returns_missed_total",
    "Calls whose return the kernel did not report, where return probes are in use: more than lines are missing.",
    each("missed_returns.*", "type"),
  ),
  counter("netlog_self_test_events_total", "Events of the self-test's own sockets.", one("self_test")),
  counter(
    "netlog_events_out_of_scope_total",
    "Events that are not of the pod that a sidecar is for.",
    one("out_of_scope"),
  ),
  counter("netlog_events_waited_total", "Events that waited for a name.", one("waited")),
  counter(
    "netlog_events_waited_expired_total",
    "Events that waited to the end for a name that did not come.",
    one("waited_expired"),
  ),
  counter(
    "netlog_events_waited_cut_total",
    "Events that did not wait for a name to the end, because too many waited.",
    one("waited_cut"),
  ),
  counter("netlog_events_total", "Events, with a line or without.", each("events.*", "event")),
  counter(
    "netlog_events_filtered_total",
    "Events that a rule took the line from.",
    each("filtered.*", "rule"),
  ),
  counter(
    "netlog_events_dropped_total",
    "Events without a line: standard output was too slow, or their pod over its limit.",
    each("dropped.*", "cause"),
  ),
  counter("netlog_lines_total", "Events that became a line.", one("lines")),
  counter(
    "netlog_lines_unresolved_total",
    "Lines of pods that do not say all of pod, namespace and labels.",
    one("unresolved"),
  ),
  counter("netlog_lines_truncated_total", "Lines that leave labels out.", one("truncated")),
  counter(
    "netlog_stream_records_total",
    "The stream's own records that were written.",
    one("stream_records"),
  ),
  gauge("netlog_open_sockets", "Sockets that netlog remembers.", one("open_sockets")),
  counter(
    "netlog_sockets_evicted_total",
    "Open sockets that were forgotten, their table being full.",
    one("evicted_sockets"),
  ),
  counter(
    "netlog_socket_ends_missed_total",
    "Ends of sockets, and outcomes of attempts, that were not seen when they happened.",
    one("missed_ends"),
  ),
  gauge("netlog_cgroups", "Control groups that netlog knows.", one("cgroups")),
  counter("netlog_bpftrace_restarts_total", "How often bpftrace ended by itself.", one("restarts")),
  counter(
    "netlog_config_reloads_total",
    "Changes of the configuration that were taken up.",
    one("config.reloads"),
  ),
  counter(
    "netlog_config_rejected_total",
    "Changes of the configuration that were kept out.",
    one("config.rejected"),
  ),
];

function one(field: string): MetricDetails {
  return { field, read: ({ stats }) => samples(stats, field).map(([, value]) => [value]) };
}

function each(field: string, label: string): MetricDetails {
  const rest = field.length - 1;
  const read = ({ stats }: Snapshot): Sample[] =>
    samples(stats, field).map(([name, value]) => [value, { [label]: name.slice(rest) }]);
  return { field, labels: [label], read };
}

/** What is no number is not known. */
function samples(stats: Snapshot["stats"], field: string): [name: string, value: number][] {
  const isIt = field.endsWith("*")
    ? (name: string) => name.startsWith(field.slice(0, -1))
    : (name: string) => name === field;
  return Object.entries(stats).flatMap(([name, value]) =>
    isIt(name) && typeof value === "number" ? [[name, value]] : [],
  );
}

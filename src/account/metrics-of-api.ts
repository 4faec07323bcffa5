import { counter, gauge, type Metric, type Sample, yesNo } from "./metric.ts";
import type { ApiWatch, Snapshot } from "./snapshot.ts";

const labels = ["resource"];

/** The two watches of the Kubernetes API; no samples where there is none. Their sums are fields of `#stats`. */
export const METRICS_OF_API: readonly Metric[] = [
  counter("netlog_api_requests_total", "Requests to the Kubernetes API.", {
    labels,
    field: "api.requests",
    read: perWatch(({ counters }) => counters.requests),
  }),
  counter("netlog_api_failures_total", "Requests to the Kubernetes API that failed.", {
    labels: ["resource", "kind"],
    field: "api.failures",
    read: ({ watches }) =>
      Object.entries(watches).flatMap(([resource, { counters }]) =>
        Object.entries(counters.failures).map(([kind, count]): Sample => [count, { resource, kind }]),
      ),
  }),
  counter("netlog_api_skipped_total", "Objects that were not as the Kubernetes API promises.", {
    labels,
    field: "api.skipped",
    read: perWatch(({ counters }) => counters.skipped),
  }),
  counter("netlog_api_relists_total", "Lists after the first one.", {
    labels,
    read: perWatch(({ counters }) => counters.relists),
  }),
  gauge("netlog_api_synced", "Whether the first list has come.", {
    labels,
    read: perWatch(({ listed }) => yesNo(listed)),
  }),
  gauge("netlog_api_watch_live", "Whether a watch is open.", {
    labels,
    read: perWatch(({ live }) => yesNo(live)),
  }),
  gauge("netlog_api_last_heard_age_seconds", "Since the Kubernetes API last said anything.", {
    labels,
    read: perWatch(({ lastHeardMs }, { nowMs }) =>
      lastHeardMs === undefined ? undefined : (nowMs - lastHeardMs) / 1000,
    ),
  }),
];

function perWatch(valueOfWatch: (watch: ApiWatch, snapshot: Snapshot) => number | undefined): Metric["read"] {
  return (snapshot) =>
    Object.entries(snapshot.watches).flatMap(([resource, watch]): Sample[] => {
      const value = valueOfWatch(watch, snapshot);
      return value === undefined ? [] : [[value, { resource }]];
    });
}

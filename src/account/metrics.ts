import { Counter, Gauge, Registry } from "prom-client";
import type { Metric } from "./metric.ts";
import { METRICS_OF_API } from "./metrics-of-api.ts";
import { METRICS_OF_STATE } from "./metrics-of-state.ts";
import { METRICS_OF_STATS } from "./metrics-of-stats.ts";
import { ownUsage, type ProcessUsage, usageOf } from "./process-usage.ts";
import type { Snapshot } from "./snapshot.ts";

/** All of them; README.md has the same table. No label is a pod's, a namespace's, an address's or a process's. */
export const METRICS: readonly Metric[] = [...METRICS_OF_STATS, ...METRICS_OF_STATE, ...METRICS_OF_API];

/** What netlog has in memory: all but what the system has to be asked for. */
export type Counted = Omit<Snapshot, "nowMs" | "netlog" | "bpftrace" | "startedAt">;

export type MetricsSource = {
  readonly read: () => Counted;
  readonly bpftracePid: () => number | undefined;
};

/**
 * Prometheus's text. Nothing is counted here: each scrape takes one snapshot of what is counted anyway, all of it in
 * one turn of the event loop, so that no event comes in between.
 */
export class Metrics {
  readonly #source: MetricsSource;
  readonly #registry = new Registry();
  readonly #fill: readonly ((snapshot: Snapshot) => void)[];
  readonly #startedAt = Date.now() / 1000 - process.uptime();

  constructor(source: MetricsSource) {
    this.#source = source;
    this.#fill = METRICS.map((metric) => register(metric, this.#registry));
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async text(): Promise<string> {
    const pid = this.#source.bpftracePid();
    return this.#text(pid === undefined ? undefined : await usageOf(pid));
  }

  #text(bpftrace: ProcessUsage | undefined): Promise<string> {
    const snapshot: Snapshot = {
      ...this.#source.read(),
      nowMs: performance.now(),
      netlog: ownUsage(),
      startedAt: this.#startedAt,
      bpftrace,
    };
    for (const fill of this.#fill) fill(snapshot);
    return this.#registry.metrics();
  }
}

function register({ name, help, type, labels, read }: Metric, registry: Registry) {
  const options = { name, help, labelNames: labels, registers: [registry] };
  const metric = type === "counter" ? new Counter(options) : new Gauge(options);
  return (snapshot: Snapshot) => {
    metric.reset();
    if (labels.length === 0) metric.remove(); // else it would be 0 where it is not known
    for (const [value, of] of read(snapshot)) metric.inc(of ?? {}, value);
  };
}

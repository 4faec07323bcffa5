import type { Snapshot } from "./snapshot.ts";

export type Sample = readonly [value: number, labels?: Readonly<Record<string, string>>];

/** One metric, as Prometheus has them, and where its values are. */
export type Metric = {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly labels: readonly string[];
  readonly help: string;
  /** The field of `#stats` with the same number; `made.*`: all that begin so, one for each value of the label. */
  readonly field?: string;
  /** No sample: not known, or not here. */
  readonly read: (snapshot: Snapshot) => readonly Sample[];
};

export type MetricDetails = Pick<Metric, "field" | "read"> & { readonly labels?: readonly string[] };

export function counter(name: string, help: string, { labels = [], ...rest }: MetricDetails): Metric {
  return { name, type: "counter", labels, help, ...rest };
}

export function gauge(name: string, help: string, { labels = [], ...rest }: MetricDetails): Metric {
  return { name, type: "gauge", labels, help, ...rest };
}

/** A question that is answered by yes, 1, or no, 0. */
export function yesNo(isSo: boolean): number {
  return isSo ? 1 : 0;
}

import type { Fields } from "./log-line.ts";
import { numberOf } from "./sums.ts";

/** Pods that are told apart; what is beyond is told as one. */
const MAX_PODS = 1000;

/** What the `#limited` records of a run say: how many lines of which pod went beyond its limit. */
export class Limited {
  readonly #pods = new Map<string, { dropped: number; from: string; to: string }>();

  add(fields: Fields): void {
    const uid = fields.get("pod_uid"); // where the API had not told the names
    const named = uid ?? `${fields.get("namespace") ?? ""}/${fields.get("pod") ?? ""}`;
    const pod = this.#pods.has(named) || this.#pods.size < MAX_PODS ? named : "others";
    const dropped = numberOf(fields, "dropped") ?? 0;
    const [from, to] = [fields.get("from") ?? "", fields.get("to") ?? ""];
    const before = this.#pods.get(pod);
    if (before === undefined) this.#pods.set(pod, { dropped, from, to });
    else {
      before.dropped += dropped;
      // RFC 3339 in UTC sorts as text.
      if (from < before.from) before.from = from;
      if (to > before.to) before.to = to;
    }
  }

  /** The pods of which most was dropped come first. */
  list(): readonly {
    readonly pod: string;
    readonly dropped: number;
    readonly from: string;
    readonly to: string;
  }[] {
    return [...this.#pods]
      .map(([pod, { dropped, from, to }]) => ({ pod, dropped, from, to }))
      .toSorted((one, other) => other.dropped - one.dropped);
  }
}

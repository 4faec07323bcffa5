import { type Counters, countIn } from "./account/counters.ts";
import type { Config } from "./config.ts";
import type { SocketEvent } from "./event.ts";
import { Filter, type NodeView } from "./filter/filter.ts";
import { NodeAddresses, type NodeAddressesOptions } from "./filter/node-addresses.ts";
import { type Limited, PodLimit } from "./filter/pod-limit.ts";
import type { Origin } from "./origin.ts";
import { EARLIER_RULES } from "./rule.ts";

export type SelectionOptions = NodeAddressesOptions & {
  readonly counters: Pick<Counters, "filtered" | "droppedLimited">;
  readonly onLimited: (limited: Limited) => void;
};

type Choice = Pick<Config, "filters" | "limits">;

/** Which events get a line: the configuration's rules and its limit, with what they have to know of this node. */
export class Selection {
  readonly #options: SelectionOptions;
  readonly #addresses: NodeAddresses;
  readonly #view: NodeView;
  readonly #limit: PodLimit;
  #filter: Filter;
  /** netlog's own pid as the host counts it, as soon as an event tells it. */
  netlogPid: number | undefined;

  constructor(config: Choice, options: SelectionOptions) {
    this.#options = options;
    this.#addresses = new NodeAddresses(options);
    this.#view = {
      isOfNode: (address) => this.#addresses.isOfNode(address),
      isOfPod: (address) => this.#addresses.isOfPod(address),
      isNetlog: (pid) => pid === this.netlogPid,
    };
    this.#limit = new PodLimit(config.limits.linesPerSecondPerPod, options.onLimited);
    this.#filter = this.#compile(config);
    this.look();
  }

  /** Takes effect with the next event. */
  reconfigure(config: Choice): void {
    this.#limit.linesPerSecond = config.limits.linesPerSecondPerPod;
    this.#filter = this.#compile(config);
  }

  /** Whether a rule takes this event's line away; it is counted under the rule's name. */
  filters(event: SocketEvent, origin: Origin): boolean {
    this.#addresses.take(event, origin, performance.now());
    const rule = this.#filter.droppedBy(event, origin);
    if (rule !== undefined) countIn(this.#options.counters.filtered, rule);
    return rule !== undefined;
  }

  /** Whether its pod has no more lines left this second; the event is counted. To be asked last before a line is written. */
  limits({ bootUs }: SocketEvent, origin: Origin): boolean {
    const isLimited = !this.#limit.admits(bootUs, origin, performance.now());
    if (isLimited) this.#options.counters.droppedLimited++;
    return isLimited;
  }

  /** Reads the node's addresses again: every few seconds. */
  look(): void {
    this.#addresses.refresh(performance.now());
  }

  /** Tells what was dropped over the limit: every few seconds where there is room for it, and at the end. */
  tellLimited(): void {
    this.#limit.report(performance.now());
  }

  /** Counts stand under the rules of now; those of rules that are gone are put together, for a record must not grow. */
  #compile(config: Choice): Filter {
    const filter = new Filter(config.filters, this.#view);
    const { filtered } = this.#options.counters;
    const earlier = [...filtered].filter(([name]) => !filter.names.includes(name));
    const sum = earlier.reduce((total, [, count]) => total + count, 0);
    for (const [name] of earlier) filtered.delete(name);
    for (const name of filter.names) filtered.set(name, filtered.get(name) ?? 0);
    if (sum > 0) filtered.set(EARLIER_RULES, sum);
    return filter;
  }
}

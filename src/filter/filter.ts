import type { SocketEvent } from "../event.ts";
import type { Origin } from "../origin.ts";
import type { FilterEntry } from "../rule.ts";
import { compileRule, newEnds } from "./compile.ts";
import { compilePreset } from "./presets.ts";

/** What rules have to know of this node, from memory. */
export type NodeView = {
  /** Whether an address, as in an event, is the node's own. */
  readonly isOfNode: (address: string) => boolean;
  /** Whether it is that of one of the node's pods. */
  readonly isOfPod: (address: string) => boolean;
  /** Whether a process, by the host's pid, is this netlog. */
  readonly isNetlog: (pid: number) => boolean;
};

/** A rule, parted into what an origin decides once and what each event decides. */
export type CompiledRule = {
  readonly name: string;
  readonly action: "drop" | "keep";
  readonly fitsOrigin: (origin: Origin) => boolean;
  readonly fitsEvent: (event: SocketEvent) => boolean;
};

/**
 * The rules of a configuration. Each line is judged by itself: a socket's opening can be dropped and its close written.
 * An origin is looked at once and then known by its identity: nobody may change it after that.
 */
export class Filter {
  readonly #rules: readonly CompiledRule[];
  /** By origin: the rules that can hold for its events. */
  readonly #candidates = new WeakMap<Origin, readonly CompiledRule[]>();

  constructor(entries: readonly FilterEntry[], node: NodeView) {
    const ends = newEnds();
    this.#rules = entries.flatMap((entry) =>
      "preset" in entry ? compilePreset(entry.preset, node) : [compileRule(entry, node, ends)],
    );
  }

  /** Under which names events can be dropped. */
  get names(): string[] {
    return [...new Set(this.#rules.filter(({ action }) => action === "drop").map(({ name }) => name))];
  }

  /** The name of the rule that takes this event's line away; undefined: it has one. */
  droppedBy(event: SocketEvent, origin: Origin): string | undefined {
    for (const { name, action, fitsEvent } of this.#of(origin))
      if (fitsEvent(event)) return action === "drop" ? name : undefined;
    return undefined;
  }

  #of(origin: Origin): readonly CompiledRule[] {
    let candidates = this.#candidates.get(origin);
    if (candidates === undefined) {
      candidates = this.#rules.filter(({ fitsOrigin }) => fitsOrigin(origin));
      this.#candidates.set(origin, candidates);
    }
    return candidates;
  }
}

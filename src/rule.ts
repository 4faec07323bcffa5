import type { Cidr } from "./cidr.ts";
import type { EventKind } from "./event.ts";

/** Rules that netlog brings along (filter/presets.ts). */
export const PRESETS = ["kubelet-probes", "loopback", "netlog-itself"] as const;
export type Preset = (typeof PRESETS)[number];

/** Where `#stats` counts what rules dropped that the configuration has no more. */
export const EARLIER_RULES = "earlier-rules";

/** From one port to another, both included. */
export type PortRange = { readonly from: number; readonly to: number };

/** By key: the patterns of which the label's value has to fit one. */
export type LabelConditions = readonly (readonly [key: string, values: readonly string[]])[];

/** What has to be so for a rule to hold; of a list one is enough. What is not known of an event fits no condition. */
export type Conditions = {
  readonly event?: readonly EventKind[] | undefined;
  /** Patterns, in which `*` stands for any characters. */
  readonly namespace?: readonly string[] | undefined;
  readonly pod?: readonly string[] | undefined;
  readonly namespaceLabels?: LabelConditions | undefined;
  readonly podLabels?: LabelConditions | undefined;
  readonly comm?: readonly string[] | undefined;
  readonly uid?: readonly number[] | undefined;
  readonly localAddress?: readonly Cidr[] | undefined;
  readonly peerAddress?: readonly Cidr[] | undefined;
  readonly localPort?: readonly PortRange[] | undefined;
  readonly peerPort?: readonly PortRange[] | undefined;
  /** The peer is an address of this node. */
  readonly peer?: "node" | undefined;
  /** Whether the process is in no container. */
  readonly host?: boolean | undefined;
};

/** Which events get no line, by name; the first rule that fits decides, and where none does the line is written. */
export type Rule = { readonly name: string; readonly action: "drop" | "keep" } & Conditions;

export type FilterEntry = Rule | { readonly preset: Preset };

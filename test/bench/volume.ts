// How many lines and bytes a day a node's log has: node test/bench/volume.ts prints the table of the chart's
// SECURITY.md. The rates are assumptions; the lines are the formatters' own.
import type { SocketEvent } from "../../src/event.ts";
import type { Formatter } from "../../src/format/formatter.ts";
import { jsonFormatter } from "../../src/format/json.ts";
import { textFormatter } from "../../src/format/text.ts";
import type { Origin } from "../../src/origin.ts";

/** What happens on a node in a second, by assumption. */
export type Node = {
  readonly name: string;
  readonly pods: number;
  /** HTTP or TCP probes of a pod, each every `probePeriod` seconds, each by a connection of its own. */
  readonly probesPerPod: number;
  readonly probePeriod: number;
  /** Connections a second whose one end is a pod of this node; both ends here count twice. */
  readonly connectionEnds: number;
  /** Connections a second within one pod, over loopback. */
  readonly loopback: number;
};

export const NODES: readonly Node[] = [
  { name: "quiet", pods: 20, probesPerPod: 2, probePeriod: 10, connectionEnds: 1, loopback: 0 },
  { name: "ordinary", pods: 60, probesPerPod: 2, probePeriod: 10, connectionEnds: 50, loopback: 5 },
  { name: "busy", pods: 110, probesPerPod: 2, probePeriod: 10, connectionEnds: 1000, loopback: 100 },
];

/** Lines a second: of a probe the kubelet's connect and close and the pod's accept and close. */
export function linesPerSecond(node: Node): {
  readonly probes: number;
  readonly loopback: number;
  readonly pods: number;
} {
  return {
    probes: ((node.pods * node.probesPerPod) / node.probePeriod) * 4,
    loopback: node.loopback * 4,
    pods: node.connectionEnds * 2,
  };
}

const OPTIONS = { node: "pool-1-8f3c2d1e-x7v2p", run: "mwsqechj" };
const STAMP = { utcUs: Date.UTC(2026, 10, 22) * 1000, n: 12_345_678 };
const POD: Origin = {
  namespace: "shop",
  namespaceLabels: [
    ["stage", "production"],
    ["team", "payments"],
  ],
  pod: "checkout-7d9f8b6c5d-x7v2p",
  podUid: "0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f",
  container: "checkout",
  containerId: "4f1c8e0d7a3b5962c1d2e3f405162738495a6b7c8d9eafb0c1d2e3f405162738",
};
const KUBELET: Origin = { host: true, unit: "kubelet.service" };
const POD_END = { address: "10.244.12.107", port: 8080 };
const OTHER_END = { address: "10.244.31.22", port: 52507 };

function bytesOf(
  formatter: Formatter,
  comm: string,
  origin: Origin,
  kinds: readonly SocketEvent["kind"][],
): number {
  const process = { pid: 3_183_206, uid: 1000, comm };
  const sizes = kinds.map((kind) => {
    const event = { kind, bootUs: 0, process, cgroup: 1, netns: 4_026_532_817, conn: "9557112" };
    return Buffer.byteLength(formatter.event({ ...event, local: POD_END, peer: OTHER_END }, origin, STAMP));
  });
  return sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
}

/** Mean bytes of a line of each sort. */
export function lineBytes(formatter: Formatter): { readonly probe: number; readonly pod: number } {
  const pod = bytesOf(formatter, "checkout", POD, ["tcp.accept", "tcp.close"]);
  const kubelet = bytesOf(formatter, "kubelet", KUBELET, ["tcp.connect", "tcp.close"]);
  return { probe: (pod + kubelet) / 2, pod };
}

const FORMATTERS = [textFormatter(OPTIONS), jsonFormatter(OPTIONS)];
const SECONDS_PER_DAY = 86_400;

/** What the kubelet keeps of a container's log by default, and what the runtime puts in front of each line. */
const KEPT_BYTES = 5 * 10 * 1024 * 1024;
const CRI_BYTES = Buffer.byteLength("2026-11-22T10:31:26.900000001Z stdout F ");

/**
 * Rows of: node, presets, lines a second, million lines a day, GB a day of text and of JSON, and for how long its node
 * keeps them, of text.
 */
export function rows(): string[][] {
  return NODES.flatMap((node) => {
    const { probes, loopback, pods } = linesPerSecond(node);
    return [row(node.name, "none", probes, loopback + pods), row(node.name, "all", 0, pods)];
  });
}

function row(name: string, presets: string, probeLines: number, podLines: number): string[] {
  const perSecond = probeLines + podLines;
  const [text = 0, json = 0] = FORMATTERS.map((formatter) => {
    const { probe, pod } = lineBytes(formatter);
    return probeLines * probe + podLines * pod;
  });
  const kept = KEPT_BYTES / (text + perSecond * CRI_BYTES);
  const millions = (perSecond * SECONDS_PER_DAY) / 1e6;
  return [
    name,
    presets,
    String(perSecond),
    millions.toFixed(1),
    gigabytes(text),
    gigabytes(json),
    duration(kept),
  ];
}

function gigabytes(bytesPerSecond: number): string {
  return ((bytesPerSecond * SECONDS_PER_DAY) / 1e9).toFixed(2);
}

function duration(seconds: number): string {
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

if (import.meta.main) for (const cells of rows()) process.stdout.write(`| ${cells.join(" | ")} |\n`);

import { addressBits, contains } from "../cidr.ts";
import type { SocketEvent } from "../event.ts";
import type { Preset } from "../rule.ts";
import type { CompiledRule, NodeView } from "./filter.ts";

const always = () => true;

/** The rules that go by a preset's name; all of them drop. */
export function compilePreset(name: Preset, node: NodeView): CompiledRule[] {
  return PRESETS[name](node).map((rule) => ({ name, action: "drop", ...rule }));
}

type PresetRule = Pick<CompiledRule, "fitsOrigin" | "fitsEvent">;

const PRESETS: Readonly<Record<Preset, (node: NodeView) => readonly PresetRule[]>> = {
  /** Both ends of what the kubelet asks of the node's pods. */
  "kubelet-probes": ({ isOfNode, isOfPod }) => [
    {
      fitsOrigin: ({ podUid }) => podUid !== undefined,
      fitsEvent: ({ kind, peer }) =>
        (kind === "tcp.accept" || kind === "tcp.close") && peer !== undefined && isOfNode(peer.address),
    },
    {
      fitsOrigin: ({ host }) => host === true,
      fitsEvent: (event) => isKubelet(event) && event.peer !== undefined && isOfPod(event.peer.address),
    },
  ],
  /** A bind has no other end, and stays. */
  loopback: () => [
    {
      fitsOrigin: always,
      fitsEvent: ({ local, peer }) =>
        peer !== undefined && isLoopback(local.address) && isLoopback(peer.address),
    },
  ],
  /** Its questions to the Kubernetes API, and whoever asks its HTTP server: netlog's own end of both. */
  "netlog-itself": ({ isNetlog }) => [
    { fitsOrigin: always, fitsEvent: ({ process }) => isNetlog(process.pid) },
  ],
};

/** A name that any process of the host can take: whoever asks, asks where it is in no container. */
export function isKubelet({ kind, process }: SocketEvent): boolean {
  return process.comm === "kubelet" && (kind === "tcp.connect" || kind === "tcp.close");
}

const LOOPBACK = { network: [127 << 24], prefix: 8 };

function isLoopback(address: string): boolean {
  if (address === "::1") return true;
  const bits = address.startsWith("127.") ? addressBits(address) : undefined;
  return bits !== undefined && contains(LOOPBACK, bits);
}

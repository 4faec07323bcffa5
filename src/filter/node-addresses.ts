import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import type { SocketEvent } from "../event.ts";
import type { Origin } from "../origin.ts";
import { isKubelet } from "./presets.ts";

/** Far more than a kubelet has; each of them is used again every few seconds. */
const MAX_SOURCES = 64;
const FORGET_SOURCE_MS = 600_000;

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

export type NodeAddressesOptions = {
  /** What the Kubernetes API says of an address. */
  readonly ownerOf: (address: string) => "node" | "pod" | undefined;
  /** Other than the machine's in tests only. */
  readonly interfaces?: () => Interfaces;
};

/**
 * Which addresses are this node's own, known from three sides, for a pod does not see the node's interfaces: netlog's
 * own interfaces, unless it has a pod's; what the API calls the node's; and from where the kubelet reached a pod,
 * which with a bridge is an address that only the node knows of.
 */
export class NodeAddresses {
  readonly #options: Required<NodeAddressesOptions>;
  #interfaces: ReadonlySet<string> = new Set();
  /** With the time of their last use, the latest last. */
  readonly #sources = new Map<string, number>();

  constructor(options: NodeAddressesOptions) {
    this.#options = { interfaces: networkInterfaces, ...options };
  }

  /** Reads the interfaces again: to be called at the start and now and then. `nowMs` is of a clock that never goes back. */
  refresh(nowMs: number): void {
    const all = Object.values(this.#options.interfaces()).flatMap((addresses) => addresses ?? []);
    this.#interfaces = new Set(
      all.filter(({ internal }) => !internal).map(({ address }) => withoutZone(address)),
    );
    for (const [address, usedMs] of this.#sources)
      if (nowMs - usedMs > FORGET_SOURCE_MS) this.#sources.delete(address);
  }

  /** Looks whether an event tells of an address. */
  take(event: SocketEvent, origin: Origin, nowMs: number): void {
    if (!isKubelet(event) || origin.host !== true || event.error !== undefined) return;
    if (event.peer === undefined || !this.isOfPod(event.peer.address)) return;
    const source = withoutZone(event.local.address);
    this.#sources.delete(source);
    this.#sources.set(source, nowMs);
    if (this.#sources.size > MAX_SOURCES) this.#sources.delete(this.#sources.keys().next().value as string);
  }

  isOfNode(addressOfEvent: string): boolean {
    const address = withoutZone(addressOfEvent);
    if (this.#sources.has(address) || this.#options.ownerOf(address) === "node") return true;
    return this.#interfaces.has(address) && !this.#isInPod();
  }

  isOfPod(address: string): boolean {
    return this.#options.ownerOf(address) === "pod";
  }

  #isInPod(): boolean {
    return [...this.#interfaces].some((address) => this.isOfPod(address));
  }
}

function withoutZone(address: string): string {
  const zone = address.indexOf("%");
  return zone === -1 ? address : address.slice(0, zone);
}

import { BlockList, isIPv6 } from "node:net";
import type { SocketEvent } from "../../src/event.ts";
import type { Label, Origin } from "../../src/origin.ts";
import type { Written } from "./rules.ts";

/** What the README says of rules, word for word and as slowly as need be: by regular expressions and Node's block lists. */
export function referenceDrop(
  rules: readonly Written[],
  event: SocketEvent,
  origin: Origin,
): string | undefined {
  const rule = rules.find((rule) =>
    Object.entries(rule).every(
      ([key, wanted]) => key === "name" || key === "action" || holds(key, wanted, event, origin),
    ),
  );
  return rule?.["action"] === "drop" ? String(rule["name"]) : undefined;
}

function holds(key: string, wanted: unknown, event: SocketEvent, origin: Origin): boolean {
  const any = (fits: (one: unknown) => boolean) => [wanted].flat().some(fits);
  switch (key) {
    case "event":
      return any((kind) => kind === event.kind);
    case "namespace":
    case "pod":
      return any((pattern) => like(origin[key], pattern));
    case "comm":
      return any((pattern) => like(event.process.comm, pattern));
    case "uid":
      return any((uid) => uid === event.process.uid);
    case "localPort":
    case "peerPort":
      return any((range) => inRange((key === "localPort" ? event.local : event.peer)?.port, String(range)));
    case "localAddress":
    case "peerAddress":
      return any((block) =>
        inBlock((key === "localAddress" ? event.local : event.peer)?.address, String(block)),
      );
    case "peer":
      return event.peer?.address === "10.0.0.1";
    case "host":
      return wanted ? origin.host === true : origin.containerId !== undefined || origin.podUid !== undefined;
    case "namespaceLabels":
      return hasLabels(origin.allNamespaceLabels, wanted as Record<string, unknown>);
    case "podLabels":
      return hasLabels(origin.allPodLabels, wanted as Record<string, unknown>);
    default:
      throw new Error(`no condition ${key}`);
  }
}

function hasLabels(labels: readonly Label[] = [], wanted: Record<string, unknown>): boolean {
  return Object.entries(wanted).every(([key, values]) =>
    labels.some((label) => label[0] === key && [values].flat().some((pattern) => like(label[1], pattern))),
  );
}

function like(text: string | undefined, pattern: unknown): boolean {
  const expression = String(pattern).split("*").map(RegExp.escape).join("[^]*");
  return text !== undefined && new RegExp(`^${expression}$`).test(text);
}

function inRange(port: number | undefined, range: string): boolean {
  const [from, to = from] = range.split("-").map(Number);
  return port !== undefined && from !== undefined && to !== undefined && from <= port && port <= to;
}

function inBlock(address: string | undefined, block: string): boolean {
  const [network = "", prefix] = block.split("/");
  const family = isIPv6(network) ? "ipv6" : "ipv4";
  const plain = address?.replace(/%.*/, "");
  if (plain === undefined || isIPv6(plain) !== (family === "ipv6")) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix ?? (family === "ipv6" ? 128 : 32)), family);
  return list.check(plain, family);
}

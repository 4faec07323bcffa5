import { decodeComm } from "../../src/comm.ts";
import { EVENT_KINDS, type SocketEvent } from "../../src/event.ts";
import type { Label, Origin } from "../../src/origin.ts";
import type { Bytes } from "./bytes.ts";

const ADDRESSES = ["10.1.0.7", "0.0.0.0", "::", "::1", "2001:db8::1", "fe80::1%2", "::1.2.3.4"] as const;

/** Any event that the sockets' table could make. */
export function anyEvent(bytes: Bytes): SocketEvent {
  const process = () => ({ pid: bytes.number(3), uid: bytes.number(4), comm: anyComm(bytes) });
  const end = () => ({ address: bytes.pick(ADDRESSES), port: bytes.number(2) });
  const kind = bytes.pick(EVENT_KINDS);
  return {
    kind,
    bootUs: 0,
    process: process(),
    cgroup: 1,
    local: end(),
    ...(kind !== "udp.bind" && { peer: end() }),
    netns: bytes.number(4),
    conn: `${bytes.number(6)}`,
    ...(bytes.bool() && { error: "ECONNREFUSED" }),
    ...(bytes.bool() && { result: bytes.pick(["pending", "aborted", "inferred", "unknown"]) }),
    ...(bytes.bool() && { opener: bytes.pick(["unknown", "evicted"]) }),
    ...(bytes.bool() && { closedBy: bytes.bool() ? "kernel" : process() }),
  } as SocketEvent;
}

/** As the kernel holds it: up to 15 bytes, none of them 0. */
function anyComm(bytes: Bytes): string {
  return decodeComm(bytes.bytes(15).replaceAll("\0", ""));
}

/** Any origin, with up to seven labels of each sort. */
export function anyOrigin(bytes: Bytes): Origin {
  const names = ["unit", "containerId", "container", "podUid", "pod", "namespace"];
  const labels = () =>
    Array.from(
      { length: bytes.byte() % 8 },
      (): Label => [bytes.text(40), bytes.text(255).repeat(bytes.pick([1, 1, 40]))],
    );
  return {
    ...(bytes.bool() && { host: true }),
    ...Object.fromEntries(names.filter(() => bytes.bool()).map((name) => [name, bytes.text(255)])),
    ...(bytes.bool() && { namespaceLabels: labels() }),
    ...(bytes.bool() && { podLabels: labels() }),
    ...(bytes.bool() && { unresolved: true }),
  };
}

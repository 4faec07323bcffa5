import { decodeComm } from "../../src/comm.ts";
import type { Process, SocketEvent } from "../../src/event.ts";
import type { Formatter, FormatterOptions, StreamRecord } from "../../src/format/formatter.ts";
import type { Origin } from "../../src/origin.ts";

export const OPTIONS: FormatterOptions = { node: "node-1", run: "mb3x9k" };

const at = (address: string, port: number) => ({ address, port });
const who = (comm: string, pid: number, uid: number): Process => ({ comm, pid, uid });
const HOST = { bootUs: 0, netns: 4026531840, cgroup: 1 };

const nginx = who("nginx", 3206, 101);
const sshd = who("sshd", 827, 0);
const web = { ...HOST, local: at("10.1.0.7", 52507), peer: at("130.59.10.36", 80), conn: "9557" };
const ssh = { ...HOST, local: at("10.1.0.7", 22), peer: at("137.138.32.18", 49904), conn: "9581" };
const v6 = { ...HOST, local: at("2001:db8::7", 41822), peer: at("2001:db8::1", 443), conn: "9560" };
const dns = { ...HOST, local: at("127.0.0.1", 40312), peer: at("10.96.0.10", 53), conn: "9593" };
const mdns = { ...HOST, local: at("fe80::1%2", 5353), peer: at("::", 0), conn: "9596" };

const refused = { ...v6, kind: "tcp.connect", process: who("curl", 4011, 1000) } as const;
const hostile = (bytes: string) =>
  ({ ...dns, kind: "udp.connect", process: who(decodeComm(bytes), 88, 5) }) as const;

const CONTAINER = "4f1c8e0d7a3b5962c1d2e3f405162738495a6b7c8d9eafb0c1d2e3f405162738";
const POD = "0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f";

/** Whose these sockets are; nobody's that netlog would know where there is no origin. */
type Owned = { readonly event: SocketEvent; readonly origin: Origin };

/** One of each kind and more, in the order of the goldens; line n of those is number n of the run. */
export const SAMPLES: readonly (SocketEvent | Owned | StreamRecord)[] = [
  { name: "start", fields: { version: "0.1.0", probes: "a/b,c/d", kinds: "tcp.connect,udp.bind" } },
  { name: "gap", fields: { from: "unknown", to: "2026-11-22T10:31:20.000001Z", reason: "start" } },
  { ...web, kind: "tcp.connect", process: nginx },
  { ...web, kind: "tcp.connect", process: nginx, result: "pending" },
  { ...refused, error: "ECONNREFUSED" },
  { ...refused, result: "aborted" },
  { ...ssh, kind: "tcp.accept", process: sshd },
  { ...ssh, kind: "tcp.close", process: sshd, closedBy: who("sshd: root", 833, 0) },
  { ...ssh, kind: "tcp.close", process: sshd, closedBy: "kernel" },
  { ...ssh, kind: "tcp.close", process: sshd, result: "inferred", opener: "evicted", closedBy: nginx },
  { ...HOST, kind: "udp.bind", process: who("dnsmasq", 612, 106), local: at("0.0.0.0", 2752), conn: "9590" },
  {
    ...HOST,
    kind: "udp.bind",
    process: who("dnsmasq", 612, 106),
    local: at("127.0.0.1", 40312),
    conn: "9591",
  },
  { ...dns, kind: "udp.close", process: who("isc-net-0000", 700, 53) },
  { ...mdns, kind: "udp.close", process: who("avahi-daemon", 701, 4294967295), opener: "unknown" },
  { ...dns, kind: "udp.connect", process: who("kworker/0:1H-#2", 61, 0) },
  hostile("a]b[1"),
  hostile('x" seq=1\\'),
  hostile("two\nli\xffes\x1b[m"),
  hostile("\xe2\x80\xae\xef\xbf\xbf\xf0\x9f\x90\x9d\xc3\xb8"),
  hostile(""),
  {
    event: { ...web, kind: "tcp.connect", process: nginx },
    origin: {
      namespace: "shop",
      pod: "web-7d9f8",
      podUid: POD,
      container: "web",
      containerId: CONTAINER,
      namespaceLabels: [
        ["team", "payments"],
        ["tier", ""],
      ],
      podLabels: [["app.kubernetes.io/name", "web"]],
    },
  },
  {
    event: { ...refused, error: "ECONNREFUSED" },
    origin: { podUid: POD, containerId: CONTAINER, namespace: "shop", pod: "job-x2x4z", unresolved: true },
  },
  { event: { ...refused, result: "pending" }, origin: { podUid: POD, unresolved: true } },
  {
    event: { ...ssh, kind: "tcp.close", process: sshd, closedBy: who("sshd: root", 833, 0) },
    origin: { host: true, unit: "ssh.service" },
  },
  { event: { ...ssh, kind: "tcp.accept", process: sshd }, origin: { host: true } },
  { event: { ...web, kind: "tcp.close", process: nginx }, origin: { containerId: CONTAINER } },
  {
    event: { ...web, kind: "tcp.connect", process: nginx },
    origin: {
      namespace: 'x" seq=1',
      pod: "two\nlines",
      container: "\u202eb\udcff",
      namespaceLabels: [
        ["a b", "1"],
        ["__proto__", "a=b"],
        ["team", '\u001b[m"\\'],
        ["team", "again"],
      ],
      podLabels: [
        ["__proto__", ""],
        ['x" seq', "2"],
      ],
    },
  },
  { name: "stats", fields: { records: 31, "ignored.joined": 4, "dropped.queue-full": 0, open_sockets: 2 } },
  {
    name: "limited",
    fields: {
      from: "2026-11-22T10:31:20.000001Z",
      to: "2026-11-22T10:31:21.5Z",
      namespace: "shop",
      pod: "two\nlines",
      dropped: 17,
    },
  },
  { name: "stop", fields: { reason: 'two words and a "' } },
];

/** 2026-11-22T10:31:26.844466Z, when all of them happen. */
const UTC_US = Date.UTC(2026, 10, 22, 10, 31, 26) * 1000 + 844_466;

export function lines(formatter: Formatter): string[] {
  return SAMPLES.map((sample, index) => {
    const stamp = { utcUs: UTC_US, n: index + 1 };
    if ("origin" in sample) return formatter.event(sample.event, sample.origin, stamp);
    return "kind" in sample ? formatter.event(sample, {}, stamp) : formatter.record(sample, stamp);
  });
}

import fc from "fast-check";
import { encodeComm } from "../../src/comm.ts";
import { type ProbeRecord, SOCKET_RECORDS } from "../../src/probe-record.ts";
import { commBytes } from "../format/arbitrary.ts";

/** What a script's printf says of this record: the columns of probes/README.md, written back. */
export function recordText(record: ProbeRecord): string {
  if (record.type === "heartbeat") return `heartbeat ${record.bootNs}\n`;
  if (record.type === "ready") return `ready ${record.bootNs} ${record.netlogPid}\n`;
  if (record.type === "cgroup.path") return `cgroup.path ${record.bootNs} ${record.id} ${record.path}\n`;
  if (record.type === "cgroup.gone") return `cgroup.gone ${record.bootNs} ${record.id}\n`;
  const socket = [record.type, record.bootNs, record.pointer, record.inode];
  if (record.type === "tcp.outcome") {
    return `${[...socket, record.localPort, record.state, record.error].join(" ")}\n`;
  }
  const { netns, local, peer, value, process, kernelThread, cgroup } = record;
  const device = /%(\d+)/.exec(`${local.address} ${peer.address}`)?.[1] ?? 0;
  const ends = [local, peer].flatMap(({ address, port }) => [address.replace(/%.*/, ""), port]);
  const comm = encodeComm(process.comm).toString("latin1");
  const task = [process.pid, process.uid, Number(kernelThread), cgroup, comm];
  return `${[...socket, netns, device, ...ends, value, ...task].join(" ")}\n`;
}

const number = (max: number) => fc.nat({ max }).map(String);
const time = fc.maxSafeNat().map(String);
const pointer = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((n) => n.toString(16));
const inode = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map(String);
const address = fc.oneof(
  fc.ipV4(),
  fc.constantFrom("0.0.0.0", "::", "::1", "2001:db8::7", "fe80::1", "::ffff:10.0.0.1", "::10.0.0.1"),
);
const value = fc.integer({ min: -4095, max: 4095 }).map(String);
const port = number(0xffff);
const uint32 = number(0xffff_ffff);
const flag = fc.constantFrom("0", "1");

/** The columns of a record of a socket, the name last: any number of spaces can be in it. */
export const socketColumns: fc.Arbitrary<string[]> = fc.tuple(
  ...[fc.constantFrom(...SOCKET_RECORDS), time, pointer, inode, uint32, number(99)],
  ...[address, port, address, port, value, number(4_194_304), uint32, flag, time, commBytes],
);

/** The columns of an outcome. */
export const outcomeColumns: fc.Arbitrary<string[]> = fc.tuple(
  ...[fc.constant("tcp.outcome"), time, pointer, inode, port, number(12), number(4095)],
);

import assert from "node:assert/strict";
import { isIP } from "node:net";
import { encodeComm } from "../../../src/comm.ts";
import type { Endpoint } from "../../../src/event.ts";
import { readBpftraceOutput } from "../../../src/parse/bpftrace-output.ts";
import { readNumber, readRecord } from "../../../src/parse/record.ts";

/** What bpftrace prints, line by line: it is read or told as a message, and a record holds what its types say. */
export function fuzz(data: Buffer): void {
  for (const line of data.toString("latin1").split("\n")) {
    const output = readBpftraceOutput(line);
    if (output.type === "message") assert.equal(output.message, line);
    // A character that is no byte is JSON of another program's; from bpftrace none comes.
    if (output.type === "text" && /^[\0-\xff]*$/.test(output.text)) fuzzRecord(output.text, line);
  }
}

function fuzzRecord(text: string, line: string): void {
  assert.ok(text.length <= line.length);
  const record = readRecord(readNumber(text)?.record ?? text);
  if (record === undefined) return;
  assert.ok(Number.isFinite(record.bootNs) && record.bootNs >= 0);
  if (!("process" in record)) return;
  const { process, local, peer, netns, cgroup } = record;
  for (const number of [process.pid, process.uid, netns, cgroup]) assert.ok(number >= 0);
  checkEnd(local);
  checkEnd(peer);
  const comm = encodeComm(process.comm);
  assert.ok(comm.length <= 16);
  assert.ok(text.endsWith(` ${comm.toString("latin1")}\n`), "the name's bytes are kept");
}

function checkEnd({ address, port }: Endpoint): void {
  const [ip = "", device] = address.split("%");
  assert.ok(isIP(ip) !== 0 && port >= 0 && port <= 0xffff && Number.isInteger(port));
  assert.ok(device === undefined || /^[1-9]\d{0,9}$/.test(device));
  assert.ok(!/^::ffff:\d+\./.test(ip), "an IPv4-mapped address is IPv4");
}

import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import { decodeComm } from "../../src/comm.ts";
import { readNumber, readRecord } from "../../src/parse/record.ts";
import { type ProbeRecord, SOCKET_RECORDS } from "../../src/probe-record.ts";
import { outcomeColumns, recordText, socketColumns } from "./record-text.ts";

const PROBES = new URL("../../probes/", import.meta.url).pathname;
const SAMPLE = /^ \* ((?:tcp|udp|cgroup)\.[a-z]+ \d.*)$/gm;

const HEAD = "81230741 ffff888104434a00 9557 4026531833";
const ENDS = "10.1.0.7 52507 130.59.10.36 80";
const VALID = `tcp.attempt ${HEAD} 0 ${ENDS} 0 3206 101 0 7821 nginx\n`;

function socketRecord(text: string) {
  const record = readRecord(text);
  assert.ok(record !== undefined && "process" in record, JSON.stringify(text));
  return record;
}

test("In front of a record stand its key and its number", () => {
  assert.deepEqual(readNumber(`66 4711 ${VALID}`), { key: 66, number: 4711, record: VALID });
  assert.equal(readNumber(VALID), undefined);
  assert.equal(readNumber("ready 81230741 7\n"), undefined);
  assert.equal(readNumber("66 tcp.attempt"), undefined);
});

for (const path of globSync("*/*.bt", { cwd: PROBES })) {
  test(`The samples in ${path} are records, and are said in full`, () => {
    const samples = [...readFileSync(`${PROBES}${path}`, "utf8").matchAll(SAMPLE)];
    assert.ok(samples.length > 0);
    for (const [, sample] of samples) {
      assert.equal(recordText(readRecord(`${sample}\n`) as ProbeRecord), `${sample}\n`);
    }
  });
}

test("A record of a socket has each column under its name", () => {
  assert.deepEqual(readRecord(`tcp.failure ${HEAD} 3 :: 0 fe80::2 80 -101 3206 101 1 7821 nginx\n`), {
    type: "tcp.failure",
    bootNs: 81230741,
    pointer: "ffff888104434a00",
    inode: "9557",
    netns: 4026531833,
    local: { address: "::", port: 0 },
    peer: { address: "fe80::2%3", port: 80 },
    value: -101,
    process: { pid: 3206, uid: 101, comm: "nginx" },
    kernelThread: true,
    cgroup: 7821,
  });
});

test("The path of a cgroup is taken as it is, and the end of one has its id", () => {
  assert.deepEqual(readRecord("cgroup.path 81231103 7821 /a b/\xc3\n"), {
    type: "cgroup.path",
    bootNs: 81231103,
    id: 7821,
    path: "/a b/\xc3",
  });
  assert.deepEqual(readRecord("cgroup.gone 81231103 7821\n"), {
    type: "cgroup.gone",
    bootNs: 81231103,
    id: 7821,
  });
});

test("An outcome has each column under its name", () => {
  assert.deepEqual(readRecord("tcp.outcome 81231103 ffff888104434a00 9557 52507 7 111\n"), {
    type: "tcp.outcome",
    bootNs: 81231103,
    pointer: "ffff888104434a00",
    inode: "9557",
    localPort: 52507,
    state: 7,
    error: 111,
  });
});

test("ready has its time and netlog's pid", () => {
  assert.deepEqual(readRecord("ready 81230741 827\n"), { type: "ready", bootNs: 81230741, netlogPid: 827 });
});

test("heartbeat has its time", () => {
  assert.deepEqual(readRecord("heartbeat 81230741\n"), { type: "heartbeat", bootNs: 81230741 });
});

for (const type of SOCKET_RECORDS) {
  test(`${type} is a record`, () => {
    assert.equal(readRecord(VALID.replace("tcp.attempt", type))?.type, type);
  });
}

const names = [
  ["an empty one", ""],
  ["spaces in front, between and behind", " a  b "],
  ["line feeds", "a\nb\n"],
  ["what looks like further columns", "0 1 2 3 4 5"],
  ["what looks like another record", "\nready 1\n"],
  ["brackets and quotes", 'a]b[1]"\\'],
  ["bytes that are no character", "na\xefve\xff"],
  ["sixteen bytes", "0123456789abcdef"],
] as const;

for (const [what, name] of names) {
  test(`A name is taken as it is: ${what}`, () => {
    const record = socketRecord(VALID.replace("nginx", () => name));
    assert.equal(record.process.comm, decodeComm(name));
    assert.deepEqual({ ...record, process: 0 }, { ...socketRecord(VALID), process: 0 });
  });
}

const wrong = {
  nothing: "",
  "a line feed": "\n",
  "a type alone": "tcp.attempt\n",
  "an unknown type": VALID.replace("tcp.attempt", "tcp.listen"),
  "a type of capitals": VALID.replace("tcp", "TCP"),
  "a record without its line feed": VALID.trimEnd(),
  "a record with something in front": ` ${VALID}`,
  "two records in one": VALID + VALID,
  "a name of seventeen bytes": VALID.replace("nginx", "0123456789abcdefg"),
  "a column too few": VALID.replace(" 7821 nginx", " nginx"),
  "a column without a value": VALID.replace("9557", ""),
  "two spaces between columns": VALID.replace(" 9557", "  9557"),
  "a negative time": VALID.replace("81230741", "-81230741"),
  "a time of twenty digits": VALID.replace("81230741", "8".repeat(20)),
  "a time with a fraction": VALID.replace("81230741", "81230.741"),
  "a pointer with 0x": VALID.replace("ffff88", "0xffff88"),
  "a pointer of seventeen digits": VALID.replace("ffff88", "fffff88"),
  "a negative pid": VALID.replace("3206", "-3206"),
  "a huge uid": VALID.replace(" 101 ", " 10123456789 "),
  "a port of 65536": VALID.replace("52507", "65536"),
  "a negative port": VALID.replace("52507", "-1"),
  "a name in place of an address": VALID.replace("10.1.0.7", "localhost"),
  "an octet of 256": VALID.replace("10.1.0.7", "10.1.0.256"),
  "half an IPv6 address": VALID.replace("10.1.0.7", "2001:db8"),
  "a kernel thread of 2": VALID.replace(" 0 7821 nginx", " 2 7821 nginx"),
  "a negative cgroup": VALID.replace("7821", "-7821"),
  "an outcome with a name": "tcp.outcome 1 ff 1 52507 1 0 nginx\n",
  "an outcome without an error": "tcp.outcome 1 ff 1 52507 1\n",
  "an outcome on a huge port": "tcp.outcome 1 ff 1 525071 1 0\n",
  "a cgroup without a path": "cgroup.path 1 7821\n",
  "a cgroup whose path has a line feed": "cgroup.path 1 7821 /a\nb\n",
  "the end of a cgroup with a path": "cgroup.gone 1 7821 /a\n",
  "a heartbeat without a time": "heartbeat \n",
  "a heartbeat with two": "heartbeat 1 2\n",
};

for (const [what, text] of Object.entries(wrong)) {
  test(`No record is ${what}`, () => assert.equal(readRecord(text), undefined));
}

test("Any record of a socket says what its columns say, whatever the name", () => {
  fc.assert(
    fc.property(socketColumns, (columns) => {
      const record = socketRecord(`${columns.join(" ")}\n`);
      const mapped = columns.map((column) => column.replace(/^::ffff:(?=\d+\.)/, ""));
      const device = /^fe80/.test(columns[6] as string) || /^fe80/.test(columns[8] as string);
      if (!device) mapped[5] = "0"; // only link-local addresses keep it
      assert.equal(recordText(record), `${[...mapped.slice(0, 15), columns[15]].join(" ")}\n`);
    }),
    { numRuns: 1000 },
  );
});

/** A record with some of it taken out, doubled or replaced: whatever is read of it must still make sense. */
const mutated = fc
  .tuple(
    fc.oneof(socketColumns, outcomeColumns),
    fc.nat(),
    fc.nat({ max: 20 }),
    fc.string({ unit: "binary" }),
  )
  .map(([columns, at, length, put]) => {
    const text = `${columns.join(" ")}\n`;
    const from = at % text.length;
    return text.slice(0, from) + put + text.slice(from + length);
  });

function assertSane(record: ProbeRecord | undefined): void {
  assert.ok(record === undefined || record.bootNs >= 0);
  if (record === undefined || !("pointer" in record)) return;
  assert.match(record.pointer, /^[0-9a-f]+$/);
  assert.match(record.inode, /^\d+$/);
  if (record.type === "tcp.outcome") return;
  for (const { address, port } of [record.local, record.peer]) {
    assert.ok(isIP(address.replace(/%\d+$/, "")) !== 0, address);
    assert.ok(Number.isInteger(port) && port >= 0 && port <= 65535);
  }
  assert.ok(record.process.pid >= 0 && record.process.uid >= 0);
}

test("No text makes it throw, and what it takes for a record makes sense", () => {
  fc.assert(
    fc.property(fc.oneof(mutated, fc.string({ unit: "binary" })), (text) => assertSane(readRecord(text))),
    { numRuns: 3000 },
  );
});

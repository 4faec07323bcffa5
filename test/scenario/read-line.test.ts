import assert from "node:assert/strict";
import { test } from "node:test";
import { type EventLine, readLine } from "./read-line.ts";

const HEADER = "2026-11-22T10:31:26.844466Z node-1 netlog:";

function readEvent(line: string): EventLine {
  const read = readLine(line);
  assert.ok(read.record === undefined);
  return read;
}

test("A connect's line is taken apart into all that it says", () => {
  const line = `${HEADER} nginx[3206] TCP 10.1.0.7:52507 -> 130.59.10.36:80 (uid=101) error=ECONNREFUSED conn=5f2k81 seq=mb3x9k-4711`;
  assert.deepEqual(readLine(line), {
    time: "2026-11-22T10:31:26.844466Z",
    node: "node-1",
    comm: Buffer.from("nginx"),
    pid: 3206,
    uid: 101,
    event: "tcp.connect",
    local: "10.1.0.7:52507",
    peer: "130.59.10.36:80",
    fields: { error: "ECONNREFUSED", conn: "5f2k81", seq: "mb3x9k-4711" },
  });
});

const bodies = [
  ["TCP [2001:db8::1]:443 <- [fe80::1%3]:1024", "tcp.accept", "[2001:db8::1]:443", "[fe80::1%3]:1024"],
  ["TCP 10.1.0.7:22 <-> 137.138.32.18:49904", "tcp.close", "10.1.0.7:22", "137.138.32.18:49904"],
  ["UDP bind  (any ip address):2752", "udp.bind", " (any ip address):2752", undefined],
  ["UDP 10.1.0.7:40312 -> 10.96.0.10:53", "udp.connect", "10.1.0.7:40312", "10.96.0.10:53"],
  ["UDP [::1]:4031 <->  (any ip address):0", "udp.close", "[::1]:4031", " (any ip address):0"],
] as const;

for (const [body, event, local, peer] of bodies) {
  test(`"${body}" is ${event} between the addresses as they are written`, () => {
    const read = readEvent(`${HEADER} a b[1] ${body} (uid=0) seq=r-1`);
    assert.deepEqual([read.event, read.local, read.peer], [event, local, peer]);
  });
}

const names = [
  ["trail ", "747261696c20"],
  ['"a]b[1"', "615d625b31"],
  [String.raw`"q\"b\\n\n\t\r"`, "7122625c6e0a090d"],
  [String.raw`"\x1b[31m"`, "1b5b33316d"],
  [String.raw`"na\xefve-ø"`, "6e61ef76652dc3b8"],
  [String.raw`"\u202e\ud83d\udc1d"`, "e280aef09f909d"],
  ['""', ""],
] as const;

for (const [written, hex] of names) {
  test(`the name ${written} is read back as its bytes`, () => {
    const { comm } = readEvent(`${HEADER} ${written}[7] UDP bind 127.0.0.1:1 (uid=0)`);
    assert.equal(comm.toString("hex"), hex);
  });
}

test("A quoted value may hold spaces, brackets and quotes", () => {
  const { fields } = readEvent(
    String.raw`${HEADER} a[1] UDP bind 127.0.0.1:1 (uid=0) closed_by="b \"c\"[2]" seq=r-1`,
  );
  assert.deepEqual(fields, { closed_by: 'b "c"[2]', seq: "r-1" });
});

test("A stream record has its name and its pairs", () => {
  const read = readLine(`${HEADER} #gap from=unknown to="b c" seq=r-2`);
  assert.equal(read.record, "#gap");
  assert.deepEqual(read.fields, { from: "unknown", to: "b c", seq: "r-2" });
});

const broken = [
  `${HEADER} a=b[1] UDP bind 127.0.0.1:1 (uid=0)`,
  `${HEADER} #start[1] UDP bind 127.0.0.1:1 (uid=0)`,
  `${HEADER} "a\u001b"[1] UDP bind 127.0.0.1:1 (uid=0)`,
  `${HEADER} "a\u2028"[1] UDP bind 127.0.0.1:1 (uid=0)`,
  String.raw`${HEADER} "a\q"[1] UDP bind 127.0.0.1:1 (uid=0)`,
  `${HEADER} a[1] UDP bind (any ip address):1 (uid=0)`,
  `${HEADER} a[1] UDP bind 127.0.0.1:1 (uid=0) seq`,
  `${HEADER} a[1] UDP bind 127.0.0.1:1 (uid=0) seq=r-1 seq=r-2`,
  `${HEADER} a[1] UDP 127.0.0.1:1 <- 127.0.0.1:2 (uid=0)`,
];

for (const line of broken) {
  test(`${JSON.stringify(line.slice(HEADER.length + 1))} is refused`, () => {
    assert.throws(() => readLine(line));
  });
}

test("A JSON line reads like the text line of the same event", () => {
  const text = `2026-11-22T10:31:26.844466Z n netlog: "\\xff"[7] UDP  (any ip address):53 <-> [fe80::1%2]:9 (uid=5) closed_by=b[8] conn=c seq=r-3`;
  const json = JSON.stringify({
    timestamp: "2026-11-22T10:31:26.844466Z",
    event: "udp.close",
    "process.pid": 7,
    "process.comm": "\ufffd",
    "process.comm_hex": "ff",
    "user.id": "5",
    "network.local.address": "::",
    "network.local.port": 53,
    "network.peer.address": "fe80::1%2",
    "network.peer.port": 9,
    closed_by: "b[8]",
    "k8s.node.name": "n",
    conn: "c",
    run: "r",
    seq: 3,
  });
  const { fields, ...rest } = readEvent(json);
  const { fields: textFields, ...textRest } = readEvent(text);
  assert.deepEqual(rest, textRest);
  assert.deepEqual(fields, { ...textFields, run: "r" });
});

test("A JSON record has the name that it has in text", () => {
  const read = readLine('{"timestamp":"t","event":"netlog.stats","made":3,"run":"r","seq":4}');
  assert.equal(read.record, "#stats");
  assert.deepEqual(read.fields, { made: "3", run: "r", seq: "r-4" });
});

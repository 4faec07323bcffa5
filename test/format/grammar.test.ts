import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { textFormatter } from "../../src/format/text.ts";
import { event, record, stamp } from "./arbitrary.ts";
import { origin, vastOrigin } from "./arbitrary-origin.ts";
import { block, isTextLine, table } from "./readme.ts";
import { lines, OPTIONS } from "./samples.ts";

const HEAD = "2026-11-22T10:31:26.844466Z node-1 netlog: ";
const ANY = { address: "::", port: 1 };

function assertLine(line: string): void {
  assert.ok(isTextLine(line), `not of the grammar: ${JSON.stringify(line)}`);
}

test("The grammar accepts each line of the samples", () => {
  for (const line of lines(textFormatter(OPTIONS))) assertLine(line);
});

test("The grammar accepts a name of any visible characters", () => {
  const formatter = textFormatter(OPTIONS);
  for (let plane = 0; plane <= 0x10; plane++) {
    const all = Array.from({ length: 0x10000 }, (_, index) => String.fromCodePoint(plane * 0x10000 + index));
    const comm = all.filter((character) => !/[\p{C}\p{Z}]/u.test(character)).join("");
    const process = { pid: 1, uid: 0, comm };
    const event = {
      kind: "udp.bind",
      bootUs: 0,
      process,
      local: ANY,
      netns: 1,
      cgroup: 1,
      conn: "1",
    } as const;
    assertLine(formatter.event(event, {}, { utcUs: 0, n: 1 }));
  }
});

test("The grammar accepts an IPv6 address that ends in an IPv4 one", () => {
  assertLine(`${HEAD}a[1] UDP bind [::10.0.0.1]:53 (uid=0) conn=1 seq=r-1\n`);
});

test("The grammar accepts the README's own samples", () => {
  const events = table("event").map(([, sample]) => `${sample}\n`);
  const records = block("text").split(/(?<=\n)/);
  assert.equal(events.length + records.length, 13);
  for (const line of [...events, ...records]) assertLine(line);
});

test("The grammar accepts the line of any event, of any origin and of any node", () => {
  fc.assert(
    fc.property(event, origin, stamp, fc.string({ unit: "binary" }), (event, origin, stamp, node) => {
      assertLine(textFormatter({ node, run: "mb3x9k" }).event(event, origin, stamp));
    }),
    { numRuns: 1000 },
  );
});

test("The grammar accepts a line from which something had to be left out", () => {
  fc.assert(
    fc.property(event, vastOrigin, stamp, (event, origin, stamp) =>
      assertLine(textFormatter(OPTIONS).event(event, origin, stamp)),
    ),
    { numRuns: 100 },
  );
});

test("The grammar accepts any record of the stream", () => {
  fc.assert(
    fc.property(record, stamp, (record, stamp) => assertLine(textFormatter(OPTIONS).record(record, stamp))),
  );
});

const END = "TCP 1.2.3.4:5 -> 1.2.3.4:6 (uid=0) conn=1 seq=r-1";
const wrong = {
  "no line feed": `${HEAD}a[1] ${END}`,
  "a second line": `${HEAD}a[1] ${END}\n\n`,
  "a time without microseconds": `2026-11-22T10:31:26Z node-1 netlog: a[1] ${END}\n`,
  "a node with a space": `2026-11-22T10:31:26.844466Z node 1 netlog: a[1] ${END}\n`,
  "a bare name with a quote": `${HEAD}a"b[1] ${END}\n`,
  "a bare name that begins with a number sign": `${HEAD}#a[1] ${END}\n`,
  "a bare name beyond ASCII": `${HEAD}caf\u00e9[1] ${END}\n`,
  "an empty bare name": `${HEAD}[1] ${END}\n`,
  "a quote that does not end": `${HEAD}"a[1] ${END}\n`,
  "a raw escape character": `${HEAD}"a\u001b"[1] ${END}\n`,
  "a raw line feed": `${HEAD}"a\n"[1] ${END}\n`,
  "a raw C1 control": `${HEAD}"a\u009b"[1] ${END}\n`,
  "a raw change of direction": `${HEAD}"a\u202e"[1] ${END}\n`,
  "a raw line separator": `${HEAD}"a\u2028"[1] ${END}\n`,
  "a raw noncharacter": `${HEAD}"a\uffff"[1] ${END}\n`,
  "a lone surrogate": `${HEAD}"a\udcff"[1] ${END}\n`,
  "an unknown escape": `${HEAD}"a\\q"[1] ${END}\n`,
  "an escape in capitals": `${HEAD}"a\\xFF"[1] ${END}\n`,
  "a negative pid": `${HEAD}a[-1] ${END}\n`,
  "a pid with leading zeros": `${HEAD}a[01] ${END}\n`,
  "lower-case tcp": `${HEAD}a[1] ${END.replace("TCP", "tcp")}\n`,
  "a bind of TCP": `${HEAD}a[1] TCP bind 1.2.3.4:5 (uid=0) conn=1 seq=r-1\n`,
  "an accept of UDP": `${HEAD}a[1] ${END.replace("TCP", "UDP").replace("->", "<-")}\n`,
  "no peer": `${HEAD}a[1] TCP 1.2.3.4:5 ->  (uid=0) conn=1 seq=r-1\n`,
  "an octet of 256": `${HEAD}a[1] ${END.replace("1.2.3.4:5", "1.2.3.256:5")}\n`,
  "IPv6 without brackets": `${HEAD}a[1] ${END.replace("1.2.3.4:5", "::1:5")}\n`,
  "IPv6 in capitals": `${HEAD}a[1] ${END.replace("1.2.3.4:5", "[::A]:5")}\n`,
  "two gaps in an IPv6 address": `${HEAD}a[1] ${END.replace("1.2.3.4:5", "[1::2::3]:5")}\n`,
  "an interface's name": `${HEAD}a[1] ${END.replace("1.2.3.4:5", "[fe80::1%eth0]:5")}\n`,
  "a wildcard without its space": `${HEAD}a[1] ${END.replace("1.2.3.4:5", "(any ip address):5")}\n`,
  "a port of six digits": `${HEAD}a[1] ${END.replace(":6", ":655360")}\n`,
  "no conn": `${HEAD}a[1] ${END.replace(" conn=1", "")}\n`,
  "no seq": `${HEAD}a[1] ${END.replace(" seq=r-1", "")}\n`,
  "pairs in another order": `${HEAD}a[1] ${END.replace("conn=1 seq=r-1", "seq=r-1 conn=1")}\n`,
  "an error that is a sentence": `${HEAD}a[1] ${END.replace("conn", "error=refused conn")}\n`,
  "an unknown result": `${HEAD}a[1] ${END.replace("conn", "result=fine conn")}\n`,
  "a bare value with a space": `${HEAD}a[1] ${END.replace("conn", "closed_by=b c[2] conn")}\n`,
  "two spaces between pairs": `${HEAD}a[1] ${END.replace("conn", " conn")}\n`,
  "a pod before its namespace": `${HEAD}a[1] ${END.replace("conn", "pod=p namespace=n conn")}\n`,
  "an origin before the outcome": `${HEAD}a[1] ${END.replace("conn", "host=true result=pending conn")}\n`,
  "an origin behind conn": `${HEAD}a[1] ${END.replace("seq", "host=true seq")}\n`,
  "a host that is none": `${HEAD}a[1] ${END.replace("conn", "host=false conn")}\n`,
  "two pods": `${HEAD}a[1] ${END.replace("conn", "pod=p pod=q conn")}\n`,
  "a pod without a name": `${HEAD}a[1] ${END.replace("conn", "pod= conn")}\n`,
  "a namespace with a raw equals sign": `${HEAD}a[1] ${END.replace("conn", "namespace=n=m conn")}\n`,
  "a label before a name": `${HEAD}a[1] ${END.replace("conn", "ns.a=b pod=p conn")}\n`,
  "a label of the pod before one of the namespace": `${HEAD}a[1] ${END.replace("conn", "pod.a=b ns.a=b conn")}\n`,
  "a label without a key": `${HEAD}a[1] ${END.replace("conn", "ns.=b conn")}\n`,
  "a label without a value": `${HEAD}a[1] ${END.replace("conn", "ns.a conn")}\n`,
  "a label of something else": `${HEAD}a[1] ${END.replace("conn", "node.a=b conn")}\n`,
  "none truncated": `${HEAD}a[1] ${END.replace("conn", "truncated=0 conn")}\n`,
  "k8s resolved": `${HEAD}a[1] ${END.replace("conn", "k8s=resolved conn")}\n`,
  "a record without a name": `${HEAD}# seq=r-1\n`,
  "a record without a number": `${HEAD}#stop reason=x\n`,
  "a record with a value that has no key": `${HEAD}#stop =x seq=r-1\n`,
  "something behind a record's number": `${HEAD}#stop seq=r-1 reason=x\n`,
};

test("The wrong lines are wrong by one thing only", () => assertLine(`${HEAD}a[1] ${END}\n`));

for (const [what, line] of Object.entries(wrong)) {
  test(`The grammar refuses ${what}`, () => assert.ok(!isTextLine(line)));
}

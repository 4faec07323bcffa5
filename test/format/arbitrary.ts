import { constants } from "node:os";
import fc from "fast-check";
import { decodeComm } from "../../src/comm.ts";
import { type Endpoint, EVENT_KINDS, type Process, type SocketEvent } from "../../src/event.ts";
import type { Stamp, StreamRecord } from "../../src/format/formatter.ts";

/** Names that try to be something else, as strings of bytes. */
const HOSTILE = [
  "",
  " ",
  "#stop",
  "gap from=1 to=",
  "a]b[1",
  'x" seq=1',
  "x\\",
  "\\u202e",
  "a (uid=0) seq=r",
  '{"seq":1}',
  "two\nlines",
  "\r\n",
  "\u001b[31mred",
  "\u007f\u0080\u009f",
  "\xe2\x80\xae backwards", // U+202E
  "\xe2\x80\xa8", // U+2028, a line separator
  "\xef\xbf\xbf", // U+FFFF
  "\xef\xbb\xbfbom",
  "\xc2\xa0\xe3\x80\x80", // spaces
  "\xed\xa0\x80", // a surrogate, which is not UTF-8
  "\xf0\x9f\x90\x9dbee\xf0\x9f\x90",
  "caf\xc3\xa9",
  "k\xe2\x82",
];

const byte = fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code));
const utf8 = fc
  .string({ unit: "binary", maxLength: 15 })
  .map((text) => Buffer.from(text).toString("latin1").replaceAll("\0", "").slice(0, 15));

/** What the kernel can hold as a name: up to 15 bytes, none of them 0; a string of bytes. */
export const commBytes: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HOSTILE.map((name) => name.slice(0, 15))),
  fc.string({ unit: byte, maxLength: 15 }),
  fc.string({ unit: fc.constantFrom(...'ab[]()#"\\= \n\t\x1b\xe2\x80\xae:<>-1'), maxLength: 15 }),
  utf8,
);

const uint32 = fc.nat({ max: 0xffff_ffff });
const process: fc.Arbitrary<Process> = fc.record({
  pid: fc.nat({ max: 4_194_304 }),
  uid: uint32,
  comm: commBytes.map(decodeComm),
});

const address = fc.oneof(
  fc.constantFrom("0.0.0.0", "::", "::1", "::ffff:0:102:304", "2001:db8::1", "fe80::1"),
  fc.constantFrom("2001:db8:0:1:1:1:1:1", "64:ff9b::808:808", "1:2:3:4:5:6:7::", "ff02::fb", "::1.2.3.4"),
  fc.tuple(fc.constant("fe80::"), fc.integer({ min: 1, max: 0x7fff_ffff })).map(([ip, i]) => `${ip}%${i}`),
  fc.ipV4(),
);
export const endpoint: fc.Arbitrary<Endpoint> = fc.record({ address, port: fc.nat({ max: 0xffff }) });

const error = fc.constantFrom(...Object.keys(constants.errno), "errno-512");
const details = {
  error,
  result: fc.constantFrom("pending", "aborted", "inferred", "unknown"),
  opener: fc.constantFrom("unknown", "evicted"),
  closedBy: fc.oneof(fc.constant("kernel"), process),
} as const;

/** Any event, in combinations too that no socket makes. */
export const event: fc.Arbitrary<SocketEvent> = fc
  .record(
    {
      kind: fc.constantFrom(...EVENT_KINDS),
      bootUs: fc.nat(),
      process,
      local: endpoint,
      peer: endpoint,
      netns: uint32,
      cgroup: fc.maxSafeNat(),
      conn: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map(String),
      ...details,
    },
    { requiredKeys: ["kind", "bootUs", "process", "local", "peer", "netns", "cgroup", "conn"] },
  )
  .map((event) => {
    const { peer: _, ...bind } = event;
    return (event.kind === "udp.bind" ? bind : event) as SocketEvent;
  });

export const stamp: fc.Arbitrary<Stamp> = fc.record({
  utcUs: fc.integer({ min: 0, max: 4_102_444_800_000_000 }), // the year 2100
  n: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
});

const key = fc
  .stringMatching(/^[a-z][a-z._-]{0,20}$/)
  .filter((key) => !["seq", "run", "event"].includes(key));
export const record: fc.Arbitrary<StreamRecord> = fc.record({
  name: fc.constantFrom("start", "stats", "gap", "limited", "stop"),
  fields: fc.dictionary(key, fc.oneof(fc.nat(), fc.string({ unit: "binary", maxLength: 40 }))),
});

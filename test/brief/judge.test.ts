import assert from "node:assert/strict";
import { test } from "node:test";
import { type EventLine, readLine } from "../scenario/read-line.ts";
import { type Brief, judge } from "./judge.ts";

const [A, B] = ["a".repeat(64), "b".repeat(64)] as const;
const made: readonly Brief[] = [
  { name: "p-1", event: "tcp.connect", livedUs: 900, container: A },
  { name: "p-2", event: "udp.bind", livedUs: 900, container: B },
];

const HEAD = "2026-01-01T00:00:00.000000Z node netlog:";
const connect = (name: string, of: string) =>
  readLine(
    `${HEAD} ${name}[7] TCP 127.0.0.1:4000 -> 127.0.0.1:9 (uid=0) error=ECONNREFUSED${of} conn=1 seq=r-1`,
  ) as EventLine;
const bind = (name: string, of: string) =>
  readLine(`${HEAD} ${name}[8] UDP bind 127.0.0.1:4000 (uid=0)${of} conn=2 seq=r-2`) as EventLine;
const inside = (container: string) => ` container_id=${container}`;

const counts = (lines: readonly EventLine[]) => {
  const { expected, seen, missing, wrong, extra } = judge(made, lines);
  return { expected, seen, missing: missing.length, wrong: wrong.length, extra: extra.length };
};

const right = [connect("p-1", inside(A)), bind("p-2", inside(B))];
const all = { expected: 2, seen: 2, missing: 0, wrong: 0, extra: 0 };

for (const [what, lines, expected] of [
  ["each process has its line with its container", right, all],
  ["lines of others do not count", [...right, connect("curl", " host=true"), bind("dnsmasq", "")], all],
  ["a line is missing", right.slice(1), { ...all, seen: 1, missing: 1 }],
  [
    "a line of another kind does not stand for it",
    [bind("p-1", inside(A)), right[1]],
    { ...all, seen: 1, missing: 1, extra: 1 },
  ],
  ["a line has another's container", [connect("p-1", inside(B)), right[1]], { ...all, seen: 1, wrong: 1 }],
  ["a line has no container", [connect("p-1", ""), right[1]], { ...all, seen: 1, wrong: 1 }],
  [
    "a line says that it is the host's",
    [connect("p-1", " host=true"), right[1]],
    { ...all, seen: 1, wrong: 1 },
  ],
  ["a line comes twice", [...right, connect("p-1", inside(A))], { ...all, extra: 1 }],
  ["a stranger has one of the containers", [...right, connect("curl", inside(B))], { ...all, extra: 1 }],
] as const) {
  test(what, () => assert.deepEqual(counts(lines as readonly EventLine[]), expected));
}

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Finding } from "../src/check.ts";
import { printFindings, printFindingsAsJson } from "../src/check-report.ts";

const GOOD: readonly Finding[] = [
  { about: "machine", name: "kernel", ok: true, detail: "6.12.48" },
  { about: "machine", name: "root", ok: true, detail: "uid 0" },
  { about: "probe", name: "udp.bind", ok: true, detail: "kprobe/udp-bind.fexit" },
  {
    about: "probe",
    name: "udp.close",
    ok: true,
    detail: "tracepoint/udp-close, because this kernel lacks kprobes",
    notSeen: "ends by exit.",
  },
  { about: "self-test", name: "udp.bind", ok: true, detail: "IPv4, port 0" },
  { about: "self-test", name: "udp.close", ok: true, detail: "IPv4" },
  { about: "self-test", name: "udp.bind", ok: true, detail: "IPv6, port 0" },
  { about: "self-test", name: "udp.close", ok: true, detail: "IPv6" },
];

async function* each(findings: readonly Finding[]): AsyncGenerator<Finding> {
  yield* findings;
}

async function printed(
  findings: readonly Finding[],
  printer: typeof printFindings = printFindings,
): Promise<{ text: string; ok: boolean }> {
  let text = "";
  const ok = await printer(each(findings), (more) => {
    text += more;
  });
  return { text, ok };
}

test("Where all is well, the screen says what was found, what is not seen, and that netlog can run", async () => {
  assert.deepEqual(await printed(GOOD), {
    ok: true,
    text: `This machine
  ok    kernel               6.12.48
  ok    root                 uid 0

Probes, each attached alone
  ok    udp.bind             kprobe/udp-bind.fexit
  ok    udp.close            tracepoint/udp-close, because this kernel lacks kprobes

Sockets made and seen
  ok    udp.bind             IPv4 port 0; IPv6 port 0
  ok    udp.close            IPv4; IPv6

Not seen here
        udp.close            ends by exit.

netlog can log this machine.
`,
  });
});

test("What fails has a line of its own, and its names stand at the end, each once", async () => {
  const failed: readonly Finding[] = [
    { about: "self-test", name: "udp.bind", ok: true, detail: "IPv4, port 0" },
    { about: "self-test", name: "udp.close", ok: false, detail: "IPv4: not seen" },
    { about: "self-test", name: "udp.close", ok: false, detail: "IPv6: not seen" },
  ];
  assert.deepEqual(await printed(failed), {
    ok: false,
    text: `Sockets made and seen
  FAIL  udp.close            IPv4: not seen
  FAIL  udp.close            IPv6: not seen
  ok    udp.bind             IPv4 port 0

netlog cannot log this machine: udp.close
`,
  });
});

test("A long text goes on below its beginning, within 120 columns", async () => {
  const words = Array.from({ length: 60 }, (_, index) => `word${index}`);
  const { text } = await printed([{ about: "machine", name: "BTF", ok: true, detail: words.join(" ") }]);
  const lines = text.split("\n").slice(1, -3);
  assert.ok(lines.length > 2);
  for (const line of lines) assert.ok(line.length <= 120, line);
  for (const line of lines.slice(0, -1)) assert.ok(line.length > 120 - "word59 ".length, line);
  assert.deepEqual(lines.map((line) => line.slice(29)).join(" "), words.join(" "));
  for (const line of lines.slice(1)) assert.match(line, /^ {29}\S/);
});

test("What is wrong and how to mend it stays on one line", async () => {
  const detail = "this is wrong ".repeat(20);
  const { text } = await printed([{ about: "machine", name: "BTF", ok: false, detail }]);
  assert.equal(text.split("\n")[1], `  FAIL  BTF                  ${detail}`);
});

test("As JSON all findings are one object", async () => {
  const { text, ok } = await printed(GOOD, printFindingsAsJson);
  assert.equal(ok, true);
  assert.deepEqual(JSON.parse(text), { ok: true, findings: GOOD });
});

test("As JSON one that failed makes it not ok", async () => {
  const bad: Finding = { about: "machine", name: "root", ok: false, detail: "must run as root" };
  const { text, ok } = await printed([...GOOD, bad], printFindingsAsJson);
  assert.equal(ok, false);
  assert.equal(JSON.parse(text).ok, false);
});

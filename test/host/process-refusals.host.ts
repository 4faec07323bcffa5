import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { lacking } from "../facilities.ts";
import { isRoot, Netlog, NOBODY, unreadable } from "./process-netlog.ts";

const skip = lacking();

for (const [what, config, message] of [
  [
    "A misspelt kind of event",
    "events: [tcp.conect]",
    /config\.yaml:1:10: .*tcp\.conect.*did you mean.*tcp\.connect/,
  ],
  ["A key that there is not", "fromat: json", /config\.yaml:1:1: .*fromat.*did you mean.*format/],
  ["A file that is no YAML", "events: [", /config\.yaml:1:/],
] as const) {
  test(`${what} is told with its place, and the exit code is 2`, async (t) => {
    const netlog = await Netlog.start(t, { config });
    assert.deepEqual(await netlog.ended, { code: 2, signal: null });
    assert.equal(netlog.stdout, "");
    assert.match(netlog.stderr, message);
    assert.doesNotMatch(netlog.stderr, /^\s+at /m);
  });
}

test("An unknown flag is told, and the exit code is 2", async (t) => {
  const netlog = await Netlog.start(t, { flags: ["--fromat", "json"] });
  assert.deepEqual(await netlog.ended, { code: 2, signal: null });
  assert.match(netlog.stderr, /unknown flag `--fromat`; did you mean `--format`\?/);
});

for (const [flag, stdout] of [
  ["--help", /^Usage: netlog /],
  ["--version", /^netlog \d+\.\d+\.\d+\n$/],
] as const) {
  test(`${flag} answers on standard output, and the exit code is 0`, async (t) => {
    const netlog = await Netlog.start(t, { flags: [flag] });
    assert.deepEqual(await netlog.ended, { code: 0, signal: null });
    assert.match(netlog.stdout, stdout);
    assert.equal(netlog.stderr, "");
  });
}

test("Somebody who is not root is told so, and the exit code is 1", { skip: unreadable() }, async (t) => {
  const netlog = await Netlog.start(t, isRoot ? { uid: NOBODY } : {});
  assert.deepEqual(await netlog.ended, { code: 1, signal: null });
  assert.equal(netlog.stdout, "");
  assert.match(netlog.stderr, /"level":60,.*"msg":"netlog must run as root: .* Try: sudo npm start"/);
});

test("A bpftrace.path to nowhere is told, and the exit code is 1", { skip }, async (t) => {
  const netlog = await Netlog.start(t, { config: "bpftrace: { path: /nowhere/bpftrace }" });
  assert.deepEqual(await netlog.ended, { code: 1, signal: null });
  assert.equal(netlog.stdout, "");
  assert.match(netlog.stderr, /"msg":"there is no bpftrace at \\"\/nowhere\/bpftrace\\": install it/);
});

test("A bpftrace that cannot attach its probes is told in its own words, and the exit code is 1", {
  skip,
}, async (t) => {
  const path = join(import.meta.dirname, "../probe/fixtures/fails.sh");
  const netlog = await Netlog.start(t, { config: `bpftrace: { path: ${path} }` });
  assert.deepEqual(await netlog.ended, { code: 1, signal: null });
  assert.equal(netlog.stdout, "");
  assert.match(
    netlog.stderr,
    /"msg":"bpftrace ended with exit code 1 before its probes were attached; it said: .*ERROR: tracepoint not found: sock:nonsense"/,
  );
});

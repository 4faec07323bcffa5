import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { lacking } from "../facilities.ts";
import { wrapBpftrace } from "../faults/wrapper.ts";
import { MAIN, temporaryFolder } from "./process-netlog.ts";

const skip = lacking("bpftrace") || (!existsSync("/sys/kernel/btf/vmlinux") && "this kernel has no BTF");

/** What the events of the default configuration are seen by, and what each probe is tried for. */
const PROBES = ["tcp.connect", "tcp.connect", "tcp.accept", "tcp.close", "udp.bind", "udp.close", "cgroups"];
const KINDS = ["tcp.connect", "tcp.accept", "tcp.close", "udp.bind", "udp.close"];

async function check(t: TestContext, config: string) {
  const file = join(await temporaryFolder(t), "config.yaml");
  await writeFile(file, config);
  return spawnSync(process.execPath, [MAIN, "check", "--config", file], { encoding: "utf8" });
}

/** The lines that fail, as name and detail. */
function failures(stdout: string): string[][] {
  return [...stdout.matchAll(/^ {2}FAIL {2}(\S+) +(.*)$/gm)].map(([, name = "", detail = ""]) => [
    name,
    detail,
  ]);
}

test("Of a machine that lacks nothing check says all on one screen, and the exit code is 0", {
  skip,
}, async (t) => {
  const { status, stdout, stderr } = await check(t, "");
  assert.equal(status, 0, stdout + stderr);
  const lines = stdout.split("\n").slice(0, -1);
  assert.ok(lines.length <= 40, stdout);
  for (const line of lines) assert.ok(line.length <= 120, line);
  assert.equal(lines.at(-1), "netlog can log this machine.");

  const parts = stdout.split("\n\n").map((part) => part.split("\n"));
  const headings = parts.map(([heading]) => heading);
  const notSeen = headings.includes("Not seen here") ? ["Not seen here"] : [];
  assert.deepEqual(headings, [
    "This machine",
    "Probes, each attached alone",
    "Sockets made and seen",
    ...notSeen,
    "netlog can log this machine.",
  ]);
  const names = parts.map((part) => part.flatMap((line) => /^ {2}ok {4}(\S+) /.exec(line)?.[1] ?? []));
  const machine = ["kernel", "root", "capabilities", "perf_event_paranoid", "lockdown", "tracefs", "BTF"];
  assert.deepEqual(names.slice(0, 3), [[...machine, "bpftrace"], PROBES, KINDS]);
  // Where a script is not the first choice it says why, and its own words say what it does not see.
  const probes = (parts[1] ?? []).join(" ").replace(/\s+/g, " ");
  if (probes.includes(" tracepoint/udp-close")) {
    assert.match(probes, / udp\.close tracepoint\/udp-close, because this kernel lacks kprobes/);
    assert.match((parts[3] ?? []).join(" "), /udp\.close +ends by exit, SIGKILL/);
  }
});

test("A bpftrace that cannot attach fails for each probe in its own words, and the exit code is 1", {
  skip,
}, async (t) => {
  const path = join(import.meta.dirname, "../probe/fixtures/fails.sh");
  const { status, stdout } = await check(t, `events: [udp.bind, udp.close]\nbpftrace: { path: ${path} }`);
  assert.equal(status, 1, stdout);
  const failed = failures(stdout);
  assert.deepEqual(
    failed.map(([name]) => name),
    ["udp.bind", "udp.close", "cgroups"],
  );
  for (const [, detail] of failed)
    assert.match(
      detail ?? "",
      /^(?:kprobe|tracepoint)\/[a-z-]+(?:\.[a-z]+)?: bpftrace ended with exit code 1 before its probes were attached/,
    );
  assert.match(stdout, /ERROR: tracepoint not found: sock:nonsense/);
  assert.doesNotMatch(stdout, /Sockets made and seen/);
  assert.ok(stdout.endsWith("\nnetlog cannot log this machine: udp.bind, udp.close, cgroups\n"), stdout);
});

test("A probe that attaches and says nothing is found by the sockets that check makes, and the exit code is 1", {
  skip,
}, async (t) => {
  const silent = 'exec "$real" "$@" > >(grep --line-buffered -v "udp\\.bind ")';
  const { config } = await wrapBpftrace(t, silent);
  const { status, stdout } = await check(t, `events: [udp.bind, udp.close]\n${config}`);
  assert.equal(status, 1, stdout);
  const failed = failures(stdout);
  assert.ok(failed.length > 0, stdout);
  for (const [name, detail] of failed) {
    assert.equal(name, "udp.bind");
    assert.match(detail ?? "", /^IPv[46], port 0: not seen$/);
  }
  assert.ok(stdout.endsWith("\nnetlog cannot log this machine: udp.bind\n"), stdout);
});

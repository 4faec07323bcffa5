import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { findBpftrace, needsPathOfTypes } from "../../src/probe/bpftrace.ts";
import { BpftraceBrokenError, BpftraceMissingError, BpftraceTooOldError } from "../../src/probe/errors.ts";

async function fake(t: TestContext, body: string, mode = 0o755): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "netlog-bpftrace-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "bpftrace");
  await writeFile(path, `#!/bin/sh\n${body}\n`, { mode });
  return path;
}

for (const [text, version, release] of [
  ["bpftrace v0.17.0", [0, 17], "0.17.0"],
  ["bpftrace v0.23.2", [0, 23], "0.23.2"],
  ["bpftrace v0.27.0-dirty", [0, 27], "0.27.0-dirty"],
] as const) {
  test(`${text} is taken`, async (t) => {
    const path = await fake(t, `[ "$*" = --version ] && echo '${text}'`);
    assert.deepEqual(await findBpftrace(path), { path, version, release });
  });
}

for (const [what, body, said, mode] of [
  ["One that fails", "exit 1", "exit code 1", 0o755],
  ["One that lacks a library", "echo start >&2; echo no libbcc >&2; exit 127", "no libbcc", 0o755],
  ["One that dies", "kill -KILL $$", "ended by SIGKILL", 0o755],
  ["One that is not executable", "echo bpftrace v0.23.2", "it cannot be started (EACCES)", 0o644],
] as const) {
  test(`${what} is called broken, in its last words`, async (t) => {
    const path = await fake(t, body, mode);
    await assert.rejects(findBpftrace(path), (error) => {
      assert.ok(error instanceof BpftraceBrokenError);
      assert.ok(error.message.startsWith(`"${path} --version" does not work: ${said}; try it by hand`));
      return true;
    });
  });
}

for (const path of ["/nowhere/bpftrace", "no-such-bpftrace"]) {
  test(`The path ${path} is called missing, with the way to install it`, () => assertMissing(path));
}

async function assertMissing(path: string): Promise<void> {
  await assert.rejects(findBpftrace(path), (error) => {
    assert.ok(error instanceof BpftraceMissingError);
    assert.ok(
      error.message.startsWith(`there is no bpftrace at "${path}": install it (apt-get install bpftrace`),
    );
    assert.ok(error.message.endsWith("or set bpftrace.path in the configuration"));
    assert.ok(error.cause instanceof Error);
    return true;
  });
}

for (const [what, said] of [
  ["An old one", "bpftrace v0.16.0"],
  ["Another program", "true (GNU coreutils) 9.1"],
  ["Rubbish", "hello"],
  ["Silence", ""],
] as const) {
  test(`${what} is called too old, in its own words`, async (t) => {
    await assert.rejects(findBpftrace(await fake(t, `echo '${said}'`)), (error) => {
      assert.ok(error instanceof BpftraceTooOldError);
      assert.ok(error.message.startsWith(`bpftrace says that it is "${said}"; netlog needs 0.17 or later:`));
      return true;
    });
  });
}

test("Of what another program says the first line is repeated, not the page", async (t) => {
  await assert.rejects(findBpftrace(await fake(t, "echo 'true 9.1'; echo License: 2.0")), {
    message: /^bpftrace says that it is "true 9\.1"; netlog needs/,
  });
});

test("A page of rubbish does not become a page of message", async (t) => {
  await assert.rejects(findBpftrace(await fake(t, "yes | head -c 100000")), ({ message }: Error) => {
    return message.length < 400;
  });
});

for (const [bpftrace, version, isAdmin, expected] of [
  [[0, 17], [5, 10], true, true],
  [[0, 17], [6, 1], true, false],
  [[0, 17], [6, 1], false, true],
  [[0, 23], [5, 10], false, false],
  [[0, 27], [6, 12], false, false],
] as const) {
  const machine = `${bpftrace.join(".")} on ${version.join(".")} ${isAdmin ? "with" : "without"} CAP_SYS_ADMIN`;
  test(`${machine} ${expected ? "must be told where the types are" : "finds the types"}`, () => {
    assert.equal(needsPathOfTypes(bpftrace, { version, isAdmin }), expected);
  });
}

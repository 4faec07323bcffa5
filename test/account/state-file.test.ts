import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { readProgress, writeProgress } from "../../src/account/state-file.ts";

const PROGRESS = { run: "mb3x9k", n: 4711, time: "2026-11-22T10:31:26.844466Z" };

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "netlog-state-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

test("What was written last is read, and nothing else is left beside it", async (t) => {
  const path = await folder(t);
  await writeProgress(join(path, "state"), { ...PROGRESS, n: 1 });
  await writeProgress(join(path, "state"), PROGRESS);
  assert.deepEqual(await readProgress(join(path, "state")), PROGRESS);
  assert.deepEqual(await readdir(path), ["state"]);
});

test("A file that is not there tells nothing", async (t) => {
  assert.equal(await readProgress(join(await folder(t), "state")), undefined);
});

for (const [what, text] of [
  ["An empty file", ""],
  ["A half-written file", JSON.stringify(PROGRESS).slice(0, 30)],
  ["A file of something else", "{}"],
  ["A time that is none", JSON.stringify({ ...PROGRESS, time: "yesterday\n" })],
  ["A number that is none", JSON.stringify({ ...PROGRESS, n: "4711" })],
] as const) {
  test(`${what} tells nothing`, async (t) => {
    const path = join(await folder(t), "state");
    await writeFile(path, text);
    assert.equal(await readProgress(path), undefined);
  });
}

test("Where the file cannot be written, the error says why", async (t) => {
  const path = join(await folder(t), "nowhere/state");
  await assert.rejects(writeProgress(path, PROGRESS), { code: "ENOENT" });
});

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { type Content, watchFile } from "../../src/config/watch-file.ts";
import { until } from "../probe/until.ts";

/** Without a folder's help a change is found by the next look; long after the test would have given up. */
const NEVER_MS = 3_600_000;

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "netlog-watch-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What a watch of this path tells, as texts or the first words of errors. */
function watching(t: TestContext, path: string, lookEveryMs: number, settledMs = 100) {
  const told: string[] = [];
  const stop = new AbortController();
  const onContent = (content: Content) =>
    void told.push("text" in content ? content.text : content.error.message.replace(`${path}: `, "error: "));
  const ended = watchFile({ path, onContent, signal: stop.signal, lookEveryMs, settledMs });
  t.after(async () => {
    stop.abort();
    await ended;
  });
  return { told, ended, next: (count: number) => until(`${count} contents`, () => told.length >= count) };
}

test("What the file holds is told at first, and each time it is written anew", async (t) => {
  const path = join(temporaryFolder(t), "config.yaml");
  writeFileSync(path, "one");
  const { told, next } = watching(t, path, NEVER_MS);
  await next(1);
  writeFileSync(path, "two");
  await next(2);
  writeFileSync(`${path}.new`, "three");
  renameSync(`${path}.new`, path);
  await next(3);
  assert.deepEqual(told, ["one", "two", "three"]);
});

test("A ConfigMap's new version, put in place by a symlink of its folder, is told by the folder", async (t) => {
  const folder = temporaryFolder(t);
  const write = (version: string, text: string) => {
    mkdirSync(join(folder, version));
    writeFileSync(join(folder, version, "netlog.yaml"), text);
    symlinkSync(version, join(folder, "..data_tmp"));
    renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
  };
  write("..2026_11_22", "one");
  symlinkSync("..data/netlog.yaml", join(folder, "netlog.yaml"));
  const { told, next } = watching(t, join(folder, "netlog.yaml"), NEVER_MS);
  await next(1);
  write("..2026_11_23", "two");
  rmSync(join(folder, "..2026_11_22"), { recursive: true });
  await next(2);
  write("..2026_11_24", "three");
  await next(3);
  assert.deepEqual(told, ["one", "two", "three"]);
});

test("A change that the folder does not tell is found by a look", async (t) => {
  const [folder, elsewhere] = [temporaryFolder(t), temporaryFolder(t)];
  writeFileSync(join(elsewhere, "real.yaml"), "one");
  symlinkSync(join(elsewhere, "real.yaml"), join(folder, "config.yaml"));
  const { told, next } = watching(t, join(folder, "config.yaml"), 50);
  await next(1);
  writeFileSync(join(elsewhere, "real.yaml"), "two");
  await next(2);
  assert.deepEqual(told, ["one", "two"]);
});

test("A file that is written bit by bit is told when it is whole, and one that is the same again is not told", async (t) => {
  const path = join(temporaryFolder(t), "config.yaml");
  writeFileSync(path, "one");
  const { told, next } = watching(t, path, 20, 1500);
  await next(1);
  for (let length = 0; length < 20; length++) {
    writeFileSync(path, "x".repeat(length));
    await delay(25);
  }
  writeFileSync(path, "whole");
  await next(2);
  writeFileSync(path, "");
  writeFileSync(path, "whole");
  await delay(2500);
  assert.deepEqual(told, ["one", "whole"]);
});

test("A file that is gone is told, with its reason, and when it is back", async (t) => {
  const path = join(temporaryFolder(t), "config.yaml");
  writeFileSync(path, "one");
  const { told, next } = watching(t, path, NEVER_MS);
  await next(1);
  unlinkSync(path);
  await next(2);
  mkdirSync(path);
  await next(3);
  rmSync(path, { recursive: true });
  writeFileSync(path, "one");
  await next(4);
  assert.deepEqual([told[0], told[3]], ["one", "one"]);
  assert.match(told[1] ?? "", /^error: no such file; /);
  assert.match(told[2] ?? "", /^error: not a regular file any more/);
});

test("A path that is no regular file is not watched", async (t) => {
  const { told, ended } = watching(t, "/dev/null", 10);
  await ended;
  assert.deepEqual(told, []);
});

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { ownUsage, usageOf } from "../../src/account/process-usage.ts";
import { temporaryFolder } from "../host/process-netlog.ts";

test("What a process uses is read from its stat, whatever its name", async (t) => {
  const proc = await temporaryFolder(t);
  await mkdir(join(proc, "7"));
  const before = "S 1 7 7 0 -1 4194560 1000 0 0 0";
  await writeFile(join(proc, "7/stat"), `7 (a) 9 (b) ${before} 250 50 0 0 20 0 1 0 100 9000000 300 0 0\n`);
  assert.deepEqual(await usageOf(7, proc), { cpuSeconds: 3, residentBytes: 300 * 4096 });
});

test("A process that is gone has no usage", async (t) => {
  assert.equal(await usageOf(7, await temporaryFolder(t)), undefined);
});

test("/proc says of this process what it says of itself", async () => {
  const [own, read] = [ownUsage(), await usageOf(process.pid)];
  assert.ok(Math.abs(own.cpuSeconds - (read?.cpuSeconds ?? 0)) < 0.2);
  assert.ok(Math.abs(own.residentBytes / (read?.residentBytes ?? 1) - 1) < 0.2);
});

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { SkippedRuns } from "../../src/account/skipped-runs.ts";

/** What /proc/PID/fdinfo says of a program, without the lines that are nobody's concern here. */
const program = (type: number, misses?: number) =>
  `pos:\t0\nprog_type:\t${type}\nprog_id:\t7\n${misses === undefined ? "" : `recursion_misses:\t${misses}\n`}`;
const FILE = "pos:\t0\nflags:\t02\n";
const [KPROBE, TRACEPOINT, TIMER, RAW_TRACEPOINT, TRACING] = [2, 5, 7, 17, 26];

async function proc(t: TestContext, descriptors: Record<number, readonly string[]>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "netlog-proc-"));
  t.after(() => rm(folder, { recursive: true }));
  for (const [pid, infos] of Object.entries(descriptors)) {
    await mkdir(join(folder, pid, "fdinfo"), { recursive: true });
    for (const [fd, info] of infos.entries()) await writeFile(join(folder, pid, "fdinfo", `${fd}`), info);
  }
  return folder;
}

const [OLD, NEW] = [false, true];

for (const [what, kernel, infos, expected] of [
  [
    "programs of which all are counted",
    OLD,
    [FILE, program(TIMER, 0), program(RAW_TRACEPOINT, 6), program(TRACING, 1)],
    { missed: 7, missed_counted: 7 },
  ],
  [
    "a kprobe among them",
    OLD,
    [program(RAW_TRACEPOINT, 6), program(KPROBE, 0)],
    { missed: "unknown", missed_counted: 6 },
  ],
  ["a tracepoint among them", OLD, [program(TRACEPOINT, 0)], { missed: "unknown", missed_counted: 0 }],
  [
    "kprobes and tracepoints on a kernel that counts for them",
    NEW,
    [program(RAW_TRACEPOINT, 6), program(KPROBE, 3), program(TRACEPOINT, 1)],
    { missed: 10, missed_counted: 10 },
  ],
  ["a kernel that does not count", OLD, [program(RAW_TRACEPOINT)], { missed: "unknown", missed_counted: 0 }],
  ["no program at all", NEW, [FILE], { missed: "unknown", missed_counted: 0 }],
] as const) {
  test(`Of ${what}, what is known is said`, async (t) => {
    const skipped = new SkippedRuns(kernel, await proc(t, { 9: infos }));
    await skipped.read(9);
    assert.deepEqual(skipped.fields, expected);
  });
}

test("Before the first reading nothing is known", () => {
  assert.deepEqual(new SkippedRuns(NEW).fields, { missed: "unknown", missed_counted: 0 });
});

test("What an earlier bpftrace had stays counted, and a reading replaces the one before", async (t) => {
  const folder = await proc(t, { 9: [program(TRACING, 5)], 10: [program(TRACING, 2)] });
  const skipped = new SkippedRuns(OLD, folder);
  await skipped.read(9);
  await skipped.read(9);
  await skipped.read(11); // gone
  assert.equal(skipped.fields["missed"], 5);
  await skipped.read(10);
  await skipped.read(10);
  assert.equal(skipped.fields["missed"], 7);
});

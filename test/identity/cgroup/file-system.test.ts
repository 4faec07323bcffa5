import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { findHierarchy, walkHierarchy } from "../../../src/identity/cgroup/file-system.ts";

async function newFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "netlog-groups-"));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

test("A walk tells the inode and the path of every folder, whatever bytes its name has", async (t) => {
  const top = await newFolder(t);
  const odd = Buffer.from("x\xff y", "latin1");
  await mkdir(join(top, "a/b"), { recursive: true });
  await mkdir(Buffer.concat([Buffer.from(`${top}/`), odd]));
  await writeFile(join(top, "a/cgroup.procs"), "");
  const found = new Map<string, number>();
  await walkHierarchy(top, (id, path) => found.set(path, id));
  assert.deepEqual([...found.keys()].sort(), ["/", "/a", "/a/b", "/x\xff y"]);
  assert.equal(found.get("/a/b"), (await stat(join(top, "a/b"))).ino);
});

test("A walk of a folder that is gone finds nothing", async (t) => {
  const found: string[] = [];
  await walkHierarchy(join(await newFolder(t), "gone"), (_, path) => found.push(path));
  assert.deepEqual(found, []);
});

test("The top of this machine's own hierarchy is found", async (t) => {
  const mounts = await readFile("/proc/self/mountinfo", "utf8");
  const v1 = / - cgroup \S+ \S*\bmemory\b/.test(mounts);
  if (!v1 && !/ - cgroup2 /.test(mounts)) return t.skip("no control groups are mounted here");
  const top = await findHierarchy(v1 ? "memory" : undefined);
  if (top === undefined) return t.skip("this container sees only its own part of the hierarchy");
  assert.equal((await stat(top)).ino, 1);
  assert.ok((await readdir(top)).includes("cgroup.procs"));
});

test("A folder that is mounted as a hierarchy and is not its top is not taken", async (t) => {
  const folder = await newFolder(t);
  const mountinfo = join(folder, "mountinfo");
  await writeFile(
    mountinfo,
    `23 1 8:1 / / rw - ext4 /dev/vda rw\n31 23 0:28 /../.. ${folder} rw - cgroup2 cgroup2 rw\n`,
  );
  assert.equal(await findHierarchy(undefined, mountinfo), undefined);
});

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";

const SCRIPT = join(import.meta.dirname, "../src/install.sh");
const SH = "/bin/sh";
const INSTALLED = ["node_modules/pino", "node_modules/typescript", "node_modules/.package-lock.json"];

/** Programs by name, as what they do after they have noted their call and talked on standard output. */
type Programs = Record<string, string>;

/** Runs the script in a checkout whose packages are installed but for `missing`, with a PATH of `programs` only. */
async function install(t: TestContext, job: string, programs: Programs, missing: readonly string[] = []) {
  const root = await mkdtemp(join(tmpdir(), "netlog-install-"));
  t.after(() => rm(root, { recursive: true }));
  await writeFile(join(root, "package-lock.json"), "{}");
  const past = new Date("2020-01-01");
  if (!missing.includes("package-lock.json")) await utimes(join(root, "package-lock.json"), past, past);
  for (const path of INSTALLED.filter((path) => !missing.includes(path))) {
    await mkdir(join(root, "node_modules"), { recursive: true });
    if (path.endsWith(".json")) {
      await writeFile(join(root, path), "{}");
      await utimes(join(root, path), new Date("2021-01-01"), new Date("2021-01-01"));
    } else await mkdir(join(root, path));
  }
  await mkdir(join(root, "bin"));
  for (const [name, body] of Object.entries({ mount: "", ...programs })) {
    const talk = name === "id" ? "" : `echo "${name} $*" >>"${root}/called"\necho "${name} talks"\n`;
    await writeFile(join(root, "bin", name), `#!${SH}\n${talk}${body}\n`);
    await chmod(join(root, "bin", name), 0o755);
  }
  const { status, stdout, stderr } = spawnSync(SH, [SCRIPT, job], {
    cwd: root,
    env: { PATH: join(root, "bin") },
    encoding: "utf8",
  });
  const called = await readFile(join(root, "called"), "utf8").catch(() => "");
  // Whether tracefs is mounted is this machine's affair.
  const calls = called.split("\n").filter((call) => call !== "" && !call.startsWith("mount "));
  return { status, stdout, stderr, calls };
}

const ROOT = { id: "echo 0", npm: "" };
const NOBODY = { id: "echo 1000", npm: "", bpftrace: "" };

test("The script has no mistake of syntax", () => {
  const { status, stderr } = spawnSync(SH, ["-n", SCRIPT], { encoding: "utf8" });
  assert.deepEqual([status, stderr], [0, ""]);
});

for (const job of ["start", "packages", "test"]) {
  test(`Where nothing is to be done, \`${job}\` does nothing and says nothing`, async (t) => {
    assert.deepEqual(await install(t, job, NOBODY), { status: 0, stdout: "", stderr: "", calls: [] });
  });
}

for (const [job, missing, call] of [
  ["start", ["node_modules/pino"], "npm ci --omit=dev --no-fund --no-audit --loglevel=error"],
  ["test", ["node_modules/typescript"], "npm ci --no-fund --no-audit --loglevel=error"],
  ["start", ["node_modules/.package-lock.json"], "npm ci --omit=dev --no-fund --no-audit --loglevel=error"],
  ["start", ["package-lock.json"], "npm ci --omit=dev --no-fund --no-audit --loglevel=error"],
  ["start", INSTALLED, "npm ci --omit=dev --no-fund --no-audit --loglevel=error"],
] as const) {
  const what = missing[0] === "package-lock.json" ? "newer packages are locked" : `there is no ${missing[0]}`;
  test(`Where ${what}, \`${job}\` installs the packages and says so on standard error`, async (t) => {
    const { stderr, ...rest } = await install(t, job, NOBODY, missing);
    assert.deepEqual(rest, { status: 0, stdout: "", calls: [call] });
    assert.match(stderr, /^netlog: installing the Node packages of package-lock\.json\nnpm talks\n$/);
  });
}

for (const [manager, ...calls] of [
  ["apt-get", "apt-get update -qq", "apt-get install -y -qq --no-install-recommends bpftrace"],
  ["dnf", "dnf install -y -q bpftrace"],
  ["zypper", "zypper --non-interactive --quiet install bpftrace"],
  ["apk", "apk add --quiet bpftrace"],
  ["pacman", "pacman -S --noconfirm --needed bpftrace"],
] as const) {
  test(`Where root has no bpftrace, it is installed with ${manager}, and standard output stays empty`, async (t) => {
    const { stderr, ...rest } = await install(t, "start", { ...ROOT, [manager]: "" });
    assert.deepEqual(rest, { status: 0, stdout: "", calls });
    assert.ok(stderr.startsWith(`netlog: installing bpftrace with ${manager}\n`));
  });
}

for (const [what, programs] of [
  ["somebody who is not root", { id: "echo 1000", npm: "", "apt-get": "" }],
  ["root without a package manager", ROOT],
] as const) {
  test(`Where ${what} has no bpftrace, it is left to netlog to say what it needs`, async (t) => {
    const { status, calls } = await install(t, "start", programs);
    assert.deepEqual([status, calls], [0, []]);
  });
}

test("Where bpftrace cannot be installed, that is said, and netlog starts all the same", async (t) => {
  const { status, stdout, stderr } = await install(t, "start", { ...ROOT, "apt-get": "exit 100" });
  assert.deepEqual([status, stdout], [0, ""]);
  assert.match(stderr, /^netlog: bpftrace could not be installed; netlog will say what it needs$/m);
});

test("Where the packages cannot be installed, nothing is started", async (t) => {
  const { status } = await install(t, "start", { ...NOBODY, npm: "exit 7" }, INSTALLED);
  assert.equal(status, 7);
});

for (const job of ["test", "packages"]) {
  test(`\`${job}\` installs no bpftrace`, async (t) => {
    const { status, calls } = await install(t, job, { ...ROOT, "apt-get": "" });
    assert.deepEqual([status, calls], [0, []]);
  });
}

test("Any other word is told how to use it", async (t) => {
  const { status, stdout, stderr } = await install(t, "stop", NOBODY);
  assert.deepEqual(
    [status, stdout, stderr],
    [2, "", "netlog: usage: sh src/install.sh start|packages|test\n"],
  );
});

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Finding } from "../../src/check.ts";
import { lacking } from "../facilities.ts";
import { MAIN, NOBODY, temporaryFolder, unreadable } from "./process-netlog.ts";

const SKIP = lacking("bpftrace") || (!existsSync("/sys/kernel/btf/vmlinux") && "this kernel has no BTF");

/** Takes it away as often as it is mounted, in a mount namespace of the command's own. */
const unmounted = (...paths: readonly string[]) =>
  paths.map((path) => `while umount -l ${path} 2>/dev/null; do :; done`).join("\n");

type Wrong = {
  readonly what: string;
  /** The finding that fails; every other one about the machine must not. */
  readonly name: string;
  readonly sentence: RegExp;
  /** What a shell does to the machine, as the command sees it. */
  readonly breaks?: string;
  /** Stands before netlog on its command line. */
  readonly under?: readonly string[];
  readonly config?: string;
  /** Why it cannot be tried here; false where it can. */
  readonly unless?: string | false;
};

const WRONG: readonly Wrong[] = [
  {
    what: "A kernel that is too old",
    name: "kernel",
    under: ["setarch", "--uname-2.6"],
    sentence: /^this kernel is 2\.6\.\S+; netlog needs 5\.10 or later: boot a newer one/,
  },
  {
    what: "Somebody who is not root",
    name: "root",
    under: ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"],
    unless: unreadable(),
    sentence: /^netlog must run as root: .* Try: sudo npm start$/,
  },
  {
    what: "A tracefs that is not mounted",
    name: "tracefs",
    breaks: unmounted("/sys/kernel/tracing", "/sys/kernel/debug/tracing", "/sys/kernel/debug"),
    sentence: /^tracefs is not mounted: mount -t tracefs nodev \/sys\/kernel\/tracing/,
  },
  {
    what: "A root without capabilities",
    name: "capabilities",
    under: ["setpriv", "--bounding-set=-all", "--inh-caps=-all"],
    sentence: /give it CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN/,
  },
  {
    what: "A root with CAP_BPF alone",
    name: "capabilities",
    under: ["setpriv", "--bounding-set=-all,+bpf", "--inh-caps=-all"],
    sentence: /give it CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN/,
  },
  {
    what: "A kernel whose types are hidden",
    name: "BTF",
    breaks: "mount -t tmpfs nodev /sys/kernel/btf || exit 99",
    sentence:
      /^this kernel does not describe its own types: \/sys\/kernel\/btf\/vmlinux is missing \(CONFIG_/,
  },
  {
    what: "A bpftrace that is not there",
    name: "bpftrace",
    config: "bpftrace: { path: /nowhere/bpftrace }",
    sentence: /^there is no bpftrace at "\/nowhere\/bpftrace": install it \(apt-get install bpftrace/,
  },
  {
    what: "A program in its place that is no bpftrace",
    name: "bpftrace",
    config: "bpftrace: { path: /bin/true }",
    sentence: /^bpftrace says that it is "[^"\n]*"; netlog needs 0\.17 or later: install a newer one/,
  },
  {
    what: "A bpftrace that is too old",
    name: "bpftrace",
    config: `bpftrace: { path: ${join(import.meta.dirname, "../probe/fixtures/too-old.sh")} }`,
    sentence:
      /^bpftrace says that it is "bpftrace v0\.16\.0"; netlog needs 0\.17 or later: install a newer one/,
  },
];

type Machine = Pick<Wrong, "breaks" | "under" | "config">;

async function check(t: TestContext, { breaks = ":", under = [], config = "" }: Machine, format: string) {
  const file = join(await temporaryFolder(t), "config.yaml");
  await writeFile(file, config);
  const netlog = [...under, process.execPath, MAIN, "check", "--config", file, "--format", format];
  const script = `${breaks}\nexec "$@"`;
  return spawnSync("unshare", ["--mount", "sh", "-c", script, "sh", ...netlog], { encoding: "utf8" });
}

for (const wrong of WRONG) {
  const { what, name, sentence, unless = false } = wrong;
  const skip = SKIP || unless;
  test(`${what} is found by check, with its fix, and the exit code is 1`, { skip }, async (t) => {
    const { status, stdout, stderr } = await check(t, wrong, "text");
    assert.equal(status, 1, stderr);
    const failures = [...stdout.matchAll(/^ {2}FAIL {2}(\S+) +(.*)$/gm)];
    assert.deepEqual(
      failures.map(([, failed]) => failed),
      [name],
      stdout,
    );
    assert.match(failures[0]?.[2] ?? "", sentence);
    assert.ok(stdout.endsWith(`\nnetlog cannot log this machine: ${name}\n`), stdout);
  });

  test(`${what} is found by check as JSON, and the exit code is 1`, { skip }, async (t) => {
    const { status, stdout, stderr } = await check(t, wrong, "json");
    assert.equal(status, 1, stderr);
    const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: Finding[] };
    assert.equal(ok, false);
    const [failed, ...others] = findings.filter((finding) => !finding.ok);
    assert.deepEqual([failed?.about, failed?.name, others], ["machine", name, []]);
    assert.match(failed?.detail ?? "", sentence);
  });
}

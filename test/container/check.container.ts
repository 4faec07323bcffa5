import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { before, describe, test } from "node:test";
import { promisify } from "node:util";
import { netlogImage } from "./images.ts";
import { lackingForRun } from "./requirements.ts";

/** As README.md says, on a read-only root with the least rights. */
const RIGHTS = ["--cap-drop=ALL", "--cap-add=SYS_ADMIN"];
const MOUNTS = [
  "--volume=/sys/kernel/tracing:/sys/kernel/tracing:ro",
  "--volume=/sys/fs/cgroup:/host/sys/fs/cgroup:ro",
];

const skip = await lackingForRun();

describe("netlog check in a container of the image", { skip }, () => {
  let image: string;
  before(async () => {
    image = await netlogImage();
  });

  async function check(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const run = promisify(execFile)("docker", ["run", "--rm", "--read-only", ...args, image, "check"]);
    return await run.then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error) => error,
    );
  }

  test("finds that it can log this machine with the rights that the README gives it", async () => {
    const { code, stdout, stderr } = await check([...RIGHTS, ...MOUNTS]);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^ {2}ok {4}bpftrace +0\.23\.2 \(bpftrace\)$/m);
    assert.match(stdout, /^ {2}ok {4}tcp\.connect +IPv4 established, refused, unreachable/m);
    assert.ok(stdout.endsWith("\nnetlog can log this machine.\n"), stdout);
    assert.equal(stderr, "");
  });

  const LACKING: readonly [string, string, readonly string[], RegExp][] = [
    [
      "rights",
      "capabilities",
      ["--cap-drop=ALL", ...MOUNTS],
      /give it CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN/,
    ],
    ["the host's tracefs", "tracefs", RIGHTS, /mount the host's \/sys\/kernel\/tracing/],
  ];
  for (const [what, name, args, sentence] of LACKING) {
    test(`says what to do, and exits with 1, where it lacks ${what}`, async () => {
      const { code, stdout } = await check(args);
      assert.equal(code, 1, stdout);
      const failures = [...stdout.matchAll(/^ {2}FAIL {2}(\S+) +(.*)$/gm)];
      assert.deepEqual(
        failures.map(([, failed]) => failed),
        [name],
        stdout,
      );
      assert.match(failures[0]?.[2] ?? "", sentence);
    });
  }
});

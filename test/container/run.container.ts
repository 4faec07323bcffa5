import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { before, describe, type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { GenericContainer, Wait } from "testcontainers";
import { output, succeeds } from "../vm/build/command.ts";
import { connectOnHost } from "./connection.ts";
import { netlogImage } from "./images.ts";
import { lineOf, type Rights, type RunningNetlog, startNetlog, toLines } from "./netlog.ts";
import { programsOf, programsOfKernel } from "./programs.ts";
import { lackingBpftool, lackingForRun, perfEventParanoid, refusedByMachine } from "./requirements.ts";
import { startNetlogByRunc } from "./runc.ts";

const LEAST: Rights = { capabilities: ["SYS_ADMIN"] };
const STOP_MS = 5000;

const paranoid = await perfEventParanoid();
const lackingPerfmon = paranoid > 2 && `kernel.perf_event_paranoid is ${paranoid}, which wants CAP_SYS_ADMIN`;
const bpftool = await lackingBpftool();
const skip = await lackingForRun();

describe("A container of the image", { skip }, () => {
  let image: string;
  before(async () => {
    image = await netlogImage();
  });

  /** Started for the length of a test; `undefined` where the machine refuses the rights, which skips the test. */
  async function netlogFor(t: TestContext, rights: Rights): Promise<RunningNetlog | undefined> {
    try {
      return keep(t, await startNetlog(image, rights));
    } catch (error) {
      const refused = refusedByMachine(error);
      if (refused === undefined) throw error;
      if (rights !== "privileged" && (await succeeds("runc", ["--version"]))) {
        t.diagnostic(`${refused}, so runc starts it`);
        return keep(t, await startNetlogByRunc(image, rights.capabilities));
      }
      t.skip(refused);
      return undefined;
    }
  }

  function keep(t: TestContext, netlog: RunningNetlog): RunningNetlog {
    t.after(() => netlog.remove());
    return netlog;
  }

  const RIGHTS: readonly [string, Rights, skip: string | false][] = [
    ["CAP_SYS_ADMIN as its only capability", LEAST, false],
    ["CAP_BPF and CAP_PERFMON alone", { capabilities: ["BPF", "PERFMON"] }, lackingPerfmon],
    ["privileges", "privileged", false],
  ];
  for (const [name, rights, skip] of RIGHTS) {
    test(`logs what happens outside of it, on a read-only root, with ${name}`, { skip }, async (t) => {
      const netlog = await netlogFor(t, rights);
      if (netlog === undefined) return;
      const { clientPid, clientUid, serverPid, serverPort } = await connectOnHost();
      const server = `127\\.0\\.0\\.1:${serverPort}`;
      const established = `\\(uid=${clientUid}\\) (?!error=|result=).*conn=`;
      await lineOf(netlog, new RegExp(`\\[${clientPid}\\] TCP .* -> ${server} ${established}`));
      await lineOf(netlog, new RegExp(`\\[${clientPid}\\] TCP .* <-> ${server} \\(uid=${clientUid}\\)`));
      await lineOf(netlog, new RegExp(`\\[${serverPid}\\] TCP ${server} <- .* \\(uid=0\\)`));
    });
  }

  test("writes pid and user of another container's process as the host has them", async (t) => {
    const netlog = await netlogFor(t, LEAST);
    if (netlog === undefined) return;
    const script =
      'const s = require("net").createServer().listen(0, "127.0.0.1", () => require("net").connect(s.address().port, "127.0.0.1", () => console.log("connected as", process.pid, "to", s.address().port)))';
    const other = await new GenericContainer(image)
      .withEntrypoint(["/usr/local/bin/node", "-e", script])
      .withUser("4711")
      .withWaitStrategy(Wait.forLogMessage(/connected/))
      .start();
    t.after(() => other.stop());
    const [, pidInside, port] =
      /as (\d+) to (\d+)/.exec(await output("docker", ["logs", other.getId()])) ?? [];
    const pid = (await output("docker", ["inspect", "--format", "{{.State.Pid}}", other.getId()])).trim();
    assert.equal(pidInside, "1");
    await lineOf(netlog, new RegExp(`\\[${pid}\\] TCP .* -> 127\\.0\\.0\\.1:${port} \\(uid=4711\\)`));
  });

  test("says nothing on stderr but what it chose and that it watches", async (t) => {
    const netlog = await netlogFor(t, LEAST);
    if (netlog === undefined) return;
    await connectOnHost();
    await netlog.end("SIGTERM");
    const { stderr } = await promisify(execFile)("docker", ["logs", netlog.id]);
    const messages = toLines(stderr);
    assert.ok(messages.length > 0 && messages.length <= 3, `${messages.length} lines: ${messages[0]}`);
    for (const message of messages) assert.equal(JSON.parse(message).level, 30, message);
  });

  test("ends in time on SIGTERM, with the stop record as its last line", async (t) => {
    const netlog = await netlogFor(t, LEAST);
    if (netlog === undefined) return;
    const { clientPid } = await connectOnHost();
    const { exitCode, ms } = await netlog.end("SIGTERM");
    t.diagnostic(`ended after ${Math.round(ms)} ms`);
    const lines = await netlog.lines();
    assert.match(lines.at(-1) ?? "", / netlog: #stop reason=SIGTERM /);
    assert.ok(
      lines.some((line) => line.includes(`[${clientPid}] TCP `)),
      "lost the last connection",
    );
    assert.equal(exitCode, 0);
    assert.ok(ms < STOP_MS, `${ms} ms`);
  });

  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    test(`leaves no BPF program behind after ${signal}`, { skip: bpftool }, async (t) => {
      const netlog = await netlogFor(t, LEAST);
      if (netlog === undefined) return;
      const programs = await programsOf(netlog.id);
      t.diagnostic(`${programs.size} programs`);
      assert.ok(programs.size > 0);
      assert.ok(programs.isSubsetOf(await programsOfKernel()));
      await netlog.end(signal);
      assert.deepEqual(programs.intersection(await programsOfKernel()), new Set());
    });
  }

  const REFUSALS: readonly [string, readonly string[], RegExp][] = [
    ["capabilities", ["--cap-drop=ALL"], /give it CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN/],
    ["tracefs", ["--cap-drop=ALL", "--cap-add=SYS_ADMIN"], /mount the host's \/sys\/kernel\/tracing/],
  ];
  for (const [lacking, args, said] of REFUSALS) {
    test(`says what to do and exits with 1 when it is run without ${lacking}`, async () => {
      const run = promisify(execFile)("docker", ["run", "--rm", "--read-only", ...args, image]);
      const { code, stdout, stderr } = await run.catch((error) => error);
      assert.match(stderr, said);
      assert.equal(stdout, "");
      assert.equal(code, 1);
    });
  }
});

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import type { Report } from "../../src/verify/report.ts";
import { lacking } from "../facilities.ts";
import { until } from "../probe/until.ts";
import { listen, MAIN, Netlog } from "./process-netlog.ts";

const skip = lacking("bpftrace");
const config = "stats: { every: 1s }";

/** The lines of so many connections, and at least one `#stats` behind them. */
async function traffic(netlog: Netlog, dial: () => Promise<string>): Promise<void> {
  for (let index = 0; index < 20; index++) {
    const [text, port] = /:(\d+) -> .*/.exec(await dial()) ?? [];
    const isLine = (line: string) =>
      line.includes(`${text} `) || line.includes(`"network.local.port":${port},`);
    await until(`a line of ${text}`, () => netlog.lines.some(isLine));
  }
  const before = netlog.lines.length;
  await until("a #stats", () => netlog.lines.slice(before).some((line) => line.includes("stats")));
}

function verify(input: string): { status: number | null; report: Report } {
  const { status, stdout } = spawnSync(process.execPath, [MAIN, "verify", "--format", "json"], {
    input,
    encoding: "utf8",
  });
  return { status, report: JSON.parse(stdout) as Report };
}

test("netlog verify finds a whole run complete, and what a SIGKILL left out", { skip }, async (t) => {
  const { dial } = await listen(t);
  const killed = await Netlog.start(t, { config });
  await killed.attached();
  await traffic(killed, dial);
  killed.child.kill("SIGKILL");
  await killed.ended;
  const next = await Netlog.start(t, { config, flags: ["--format", "json"] });
  await next.attached();
  await traffic(next, dial);
  next.child.kill("SIGTERM");
  assert.deepEqual(await next.ended, { code: 0, signal: null });

  const whole = verify(next.stdout);
  assert.deepEqual([whole.status, whole.report.nodes[0]?.causes], [0, []]);
  const [run] = whole.report.nodes[0]?.runs ?? [];
  assert.deepEqual([run?.started, run?.stopped, run?.lastNumber], [true, "SIGTERM", next.lines.length]);

  const both = verify(`${next.stdout}${killed.stdout}${killed.stderr}`);
  const [node] = both.report.nodes;
  assert.deepEqual([both.status, node?.causes, node?.runs.length], [1, ["gaps"], 2]);
  assert.equal(node?.gaps.length, 1);
  const [first, second] = node?.runs ?? [];
  const [gap] = node?.gaps ?? [];
  assert.deepEqual([gap?.from, gap?.to], [first?.to, second?.gaps[0]?.to]);
  assert.deepEqual(gap?.reasons, [`run ${first?.run} ends without #stop`, "#gap start"]);
  assert.ok(both.report.input.foreign > 0, "netlog's own messages");

  const numbers = killed.lines.length;
  const cut = verify(
    killed.lines
      .toSpliced(numbers - 9, 4)
      .map((line) => `${line}\n`)
      .join(""),
  );
  assert.deepEqual(
    [cut.status, cut.report.nodes[0]?.runs[0]?.holes.list.map(({ from, to }) => [from, to])],
    [1, [[numbers - 8, numbers - 5]]],
  );
});

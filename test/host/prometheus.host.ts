import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { queries } from "../chart/queries.ts";
import { collect } from "../collect.ts";
import { lacking } from "../facilities.ts";
import { list, startApiServer } from "../identity/kubernetes/api-server.ts";
import { until } from "../probe/until.ts";
import { freePort, listen, Netlog, temporaryFolder } from "./process-netlog.ts";

const hasPrometheus = spawnSync("prometheus", ["--version"], { stdio: "ignore" }).status === 0;
const skip = lacking("bpftrace") || (!hasPrometheus && "prometheus is not on the PATH (Debian: prometheus)");

/** A Prometheus that scrapes this port every second; returns how to ask it. */
async function startPrometheus(t: TestContext, scraped: number) {
  const folder = await temporaryFolder(t);
  const port = await freePort();
  const targets = [{ targets: [`127.0.0.1:${scraped}`], labels: { node: "node-1", pod: "netlog-x" } }];
  const config = {
    global: { scrape_interval: "1s" },
    scrape_configs: [{ job_name: "netlog", static_configs: targets }],
  };
  await writeFile(join(folder, "prometheus.yml"), JSON.stringify(config));
  const child = spawn("prometheus", [
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  const { ended, stderr } = collect(child);
  t.after(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  return async (query: string): Promise<{ value: [number, string] }[]> => {
    const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`;
    const response = await fetch(url).catch(() => undefined);
    if (response === undefined || response.status === 503) return []; // not up yet
    const answer = (await response.json()) as Answer;
    assert.equal(answer.status, "success", `${query}: ${answer.error} ${stderr().slice(-500)}`);
    return answer.data.result;
  };
}

type Answer = {
  readonly status: string;
  readonly error?: string;
  readonly data: { readonly result: { value: [number, string] }[] };
};

/** Alerts that are not up while netlog is well, however busy the machine is. */
const QUIET = [
  "NetlogMetricsAbsent",
  "NetlogNotReady",
  "NetlogProbeSilent",
  "NetlogLinesUnresolved",
  "NetlogApiWatchStale",
  "NetlogConfigRejected",
];

/** What nobody here has metrics for, and what a busy machine may bring about: an answer is enough. */
const UNDECIDED = [
  "NetlogNodeUncovered",
  "NetlogBpftraceRestarting",
  "NetlogEventsLost",
  "NetlogLinesDropped",
  "Gaps and restarts of bpftrace",
  "Kubernetes API: requests and failures",
];

test("A real Prometheus that scrapes netlog answers all that the dashboard and the alerts ask", {
  skip,
}, async (t) => {
  const api = await startApiServer(t);
  api.answer("pods", "list", list([]));
  const port = await freePort();
  const netlog = await Netlog.start(t, {
    config: `http: { listen: "127.0.0.1:${port}" }\nfilters: [{ preset: netlog-itself }]`,
    env: { KUBECONFIG: api.kubeConfig, NODE_NAME: "node-1" },
  });
  await netlog.line("#start");
  const ask = await startPrometheus(t, port);
  const { dial } = await listen(t);
  await until(
    "it was scraped a few times, after the self-test",
    async () => {
      await dial();
      return (await ask("count_over_time(netlog_self_test_silent[1m]) > 5")).length > 0;
    },
    60,
  );

  for (const { of, expr } of queries()) {
    const result = await ask(expr);
    if (QUIET.includes(of)) assert.deepEqual(result, [], of);
    else if (!UNDECIDED.includes(of)) assert.ok(result.length > 0, `${of}: ${expr}`);
  }
  const [lines] = await ask("sum(netlog_lines_total)");
  assert.ok(Number(lines?.value[1]) > 5);
});

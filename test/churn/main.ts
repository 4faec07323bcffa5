// `npm run churn -- MINUTES`: netlog with the real bpftrace beside sockets, processes, pods, containers, changed rules
// and API servers that come and go; prints how its memory went, and ends with 1 where it grew. README.md says more.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { memory } from "../bench/process.ts";
import { buildBrief } from "../brief/build.ts";
import { dockerContainers } from "../brief/docker.ts";
import { collect } from "../collect.ts";
import { lackingDocker } from "../container/requirements.ts";
import { lacking } from "../facilities.ts";
import { buildTraffic } from "../faults/traffic.ts";
import { hierarchyTop } from "../host/control-groups.ts";
import { freePort, MAIN } from "../host/process-netlog.ts";
import { kubeConfigOf } from "../identity/kubernetes/api-server.ts";
import { until } from "../probe/until.ts";
import { alignColumns } from "../scenario/table.ts";
import { liveHeap } from "./live-heap.ts";
import { type Sample, verdictsOf } from "./verdict.ts";
import { churn, configOf } from "./work.ts";

const SAMPLE_EVERY_MS = 15_000;
const MB = 2 ** 20;

const minutes = Number(process.argv[2] ?? 30);
const missing = lacking("bpftrace", "cc");
if (!(minutes >= 1 && minutes <= 10_000) || missing !== false) {
  process.stderr.write(`${missing || "Usage: npm run churn -- MINUTES"}\n`);
  process.exit(2);
}
await using tidy = new AsyncDisposableStack();
const folder = await mkdtemp(join(tmpdir(), "netlog-churn-"));
tidy.defer(() => rm(folder, { recursive: true }));
const [configFile, kubeConfig, token] = ["config.yaml", "kubeconfig", "token"].map((name) =>
  join(folder, name),
) as [string, string, string];

const port = await freePort();
let api = startApi();
tidy.defer(() => void api.kill("SIGKILL"));
await writeFile(configFile, configOf(0));
await writeFile(token, "token");
await writeFile(kubeConfig, kubeConfigOf(`http://127.0.0.1:${port}`, token));

const netlog = spawn(process.execPath, ["--inspect=127.0.0.1:0", MAIN, "--config", configFile], {
  stdio: ["ignore", "pipe", "pipe"],
  env: { ...process.env, KUBECONFIG: kubeConfig, NODE_NAME: "node-1" },
});
const verify = collect(spawn(process.execPath, [MAIN, "verify"], { stdio: ["pipe", "pipe", "inherit"] }));
netlog.stdout.pipe(verify.child.stdin as NodeJS.WritableStream);
const stderr = keepEnd(netlog);
tidy.defer(() => void netlog.kill("SIGKILL"));
await until("the probes are attached", () => stderr().includes('"watching ') || netlog.exitCode !== null, 60);
const inspector = /ws:\/\/\S+/.exec(stderr())?.[0];
if (inspector === undefined) throw new Error(stderr());

const noDocker = await lackingDocker();
if (noDocker) process.stdout.write(`without containers: ${noDocker}\n`);
const [traffic, brief, groups] = await Promise.all([buildTraffic(), buildBrief(), hierarchyTop()]);
const containers = noDocker ? undefined : tidy.use(await dockerContainers(brief));
const signal = AbortSignal.timeout(minutes * 60_000);
const working = churn({ traffic, brief, groups, containers, configFile, restartApi, signal });
working.catch(() => {}); // whoever waits for it sees it

const startedMs = performance.now();
const samples: Sample[] = [];
while (!signal.aborted && netlog.exitCode === null) {
  await Promise.race([delay(SAMPLE_EVERY_MS, undefined, { signal }).catch(() => {}), working]);
  if (signal.aborted) break;
  const heap = await liveHeap(inspector);
  const { totalMb, anonymousMb } = memory(netlog.pid as number);
  const minute = (performance.now() - startedMs) / 60_000;
  const mb = {
    "netlog, live heap": heap / MB,
    "netlog, anonymous": anonymousMb["node"] ?? Number.NaN,
    "netlog, resident": totalMb["node"] ?? Number.NaN,
    "bpftrace, anonymous": anonymousMb["bpftrace"] ?? Number.NaN,
    "bpftrace, resident": totalMb["bpftrace"] ?? Number.NaN,
  };
  samples.push({ minute, mb });
  process.stderr.write(
    `${minute.toFixed(1)} min: ${Object.entries(mb)
      .map(([what, size]) => `${what} ${size.toFixed(1)}`)
      .join("; ")}\n`,
  );
}
const done = await working;
netlog.kill("SIGTERM");
await verify.ended;
const verdicts = verdictsOf(samples);
const rows = verdicts.map(({ what, firstMb, lastMb, perX, error, grows }) => [
  what,
  firstMb.toFixed(1),
  lastMb.toFixed(1),
  `${perX.toFixed(2)} ± ${error.toFixed(2)}`,
  grows ? "GROWS" : "flat",
]);
const table = alignColumns([["memory, MB", "after warm-up", "at the end", "MB an hour", ""], ...rows]);
process.stdout.write(`${JSON.stringify(done)}\n${verify.stdout()}\n${table.join("\n")}\n`);
await tidy.disposeAsync();
process.exit(verdicts.some(({ grows }) => grows) ? 1 : 0);

function startApi(): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, "api.ts"), `${port}`], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

async function restartApi(): Promise<void> {
  api.kill("SIGKILL");
  await delay(2000);
  api = startApi();
}

/** What a process said on standard error, of a long run the end. */
function keepEnd(child: ChildProcess): () => string {
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-65_536);
  });
  return () => said;
}

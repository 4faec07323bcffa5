import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { EventLine } from "../scenario/read-line.ts";
import { eventually } from "./eventually.ts";
import { get, kubectl } from "./kubectl.ts";
import { madeBy, type PlacedMade } from "./made.ts";
import { NetlogLog, type Whose, whose } from "./netlog-log.ts";
import { installNetlog, isReady, NAMESPACE, netlogPod } from "./release.ts";
import { lackingCluster } from "./requirements.ts";
import { Scene } from "./scene.ts";

const HELD_MS = 45_000;

const skip = await lackingCluster();
const apiServer = skip === false ? pidOfApiServer() : undefined;

describe("While the API server is out of reach", { skip }, () => {
  let scene: Scene;
  let netlog: string;
  let log: NetlogLog;
  let netlogIp: string;
  let endpoint: string;
  /** From when on netlog had its lists: what was there before it had them may be unresolved, too. */
  let listedMs: number;

  before(async () => {
    await installNetlog();
    netlog = await netlogPod();
    log = new NetlogLog(netlog);
    netlogIp = (await get("pod", netlog, NAMESPACE)).status.podIP as string;
    const path = "--output=jsonpath={.items[0].endpoints[0].addresses[0]}";
    const slices = [
      "get",
      "endpointslices",
      "--selector=kubernetes.io/service-name=kubernetes",
      "--namespace=default",
    ];
    endpoint = await kubectl([...slices, path]);
    scene = await Scene.open("outage", { team: "night" });
    listedMs = await scene.node.nowMs();
    await scene.run("running", "known", { main: ["repeat", ...scene.server] });
  });
  afterEach(() => scene?.node.mend());
  after(async () => {
    log?.[Symbol.dispose]();
    await scene?.close();
  });

  const whoseMade = (each: PlacedMade): Whose => ({
    ...scene.place(each.pod, each.container),
    ...scene.labels,
  });

  /** What a pod did, with its lines, from some time of the node's on. */
  async function linesFrom(name: string, fromMs: number) {
    const made = (await madeBy(scene.place(name, "main"))).filter(({ atMs }) => atMs >= fromMs);
    return log.linesOf(made);
  }

  const isResolved = ({ made, line }: { made: PlacedMade; line: EventLine }) =>
    JSON.stringify(sorted(whose(line))) === JSON.stringify(sorted(whoseMade(made)));

  const unresolvedLines = () => log.events.filter(({ fields }) => fields["k8s"] === "unresolved");
  const unresolvedOutside = (fromMs: number, toMs: number) =>
    unresolvedLines().filter(({ time }) => {
      const atMs = Date.parse(time);
      return atMs >= listedMs && (atMs < fromMs || atMs > toMs);
    });
  const saysSince = (from: number, what: RegExp) =>
    log.until(`netlog's word: ${what}`, ({ messages }) =>
      messages.slice(from).find((each) => what.test(each)),
    );

  test("known pods keep their names, new ones go by their containers' ids and are counted; then all is known", async (t) => {
    const from = log.messages.length;
    const cutMs = await scene.node.nowMs();
    await scene.node.cut(netlogIp, endpoint);
    t.diagnostic(await saysSince(from, /no news of pods: /));

    await scene.run("running", "late", { main: ["repeat", ...scene.server] });
    await delay(10_000);
    const mendMs = await scene.node.nowMs();
    await scene.node.mend();
    const comeAgain = await saysSince(from, /news of pods come again/);
    t.diagnostic(comeAgain);
    const comeAgainMs: number = JSON.parse(comeAgain).time;
    await delay(10_000);

    const known = await linesFrom("known", cutMs);
    const late = await linesFrom("late", cutMs);
    assert.ok(known.filter(({ made }) => made.atMs < mendMs).length >= 10);
    assert.deepEqual(
      known.filter((each) => !isResolved(each)),
      [],
    );
    const during = late.filter(({ made }) => made.atMs < comeAgainMs);
    const since = late.filter(({ made }) => made.atMs >= comeAgainMs);
    assert.ok(during.length >= 4 && since.length >= 4, `${during.length} during, ${since.length} since`);
    const unnamed = during.filter((each) => !isResolved(each));
    assert.ok(unnamed.length > 0, "netlog knew the new pod: it was not cut off");
    for (const { line } of unnamed) {
      const { container_id: id = "", ...rest } = whose(line);
      assert.match(id, /^[0-9a-f]{64}$/);
      assert.deepEqual(rest, { k8s: "unresolved" });
    }
    assert.deepEqual(
      since.filter((each) => !isResolved(each)),
      [],
    );
    // Of all lines, not of those alone that the test knows of.
    assert.deepEqual(unresolvedOutside(cutMs, comeAgainMs), []);
    const ofHost = log.events.filter(({ time, peer, fields }) => {
      const atMs = Date.parse(time);
      return fields["host"] === "true" && peer === `${netlogIp}:9464` && atMs > cutMs && atMs < mendMs;
    });
    assert.ok(ofHost.length > 0, "no line of the kubelet's questions while the API was away");
    t.diagnostic(`${unnamed.length} of ${during.length} lines unresolved`);
    await assertCounted();
  });

  test("a netlog that starts then is not ready, and says why; then all is known", async (t) => {
    const restarts = await restartCount();
    const sinceRestartMs = await scene.node.nowMs();
    await scene.node.cut(netlogIp, endpoint);
    await kubectl(["exec", netlog, "--namespace", NAMESPACE, "--", "node", "-e", "process.kill(1)"]);
    await eventually("the restart", async () => ((await restartCount()) > restarts ? true : undefined));
    log[Symbol.dispose]();
    log = new NetlogLog(netlog);
    await log.until("its start record", ({ records }) => records.find(({ record }) => record === "#start"));
    const answer = await scene.node.run(
      `bash -c 'exec 3<>/dev/tcp/${netlogIp}/9464; printf "GET /readyz HTTP/1.0\\r\\n\\r\\n" >&3; cat <&3'`,
    );
    t.diagnostic(answer.split("\r\n").at(-1) ?? "");
    assert.match(answer, / 503 /);
    assert.match(answer, /no news of pods: |the API server has not told of pods/);
    assert.equal(await isReady(netlog), false);
    const { podIP } = (await get("pod", "known", scene.namespace)).status;
    const sinceMs = await scene.node.nowMs();
    const unnamed = await log.until("a line of the pod", ({ events }) =>
      events.find(({ local, time }) => local.startsWith(`${podIP}:`) && Date.parse(time) >= sinceMs),
    );
    const { container_id: id = "", ...rest } = whose(unnamed);
    assert.match(id, /^[0-9a-f]{64}$/);
    assert.deepEqual(rest, { k8s: "unresolved" });

    await scene.node.mend();
    await eventually("readiness", async () => ((await isReady(netlog)) ? true : undefined));
    const readyMs = await scene.node.nowMs();
    await delay(10_000);
    assert.deepEqual(unresolvedOutside(sinceRestartMs, readyMs), []);
    const since = await linesFrom("known", readyMs);
    assert.ok(since.length >= 4);
    assert.deepEqual(
      since.filter((each) => !isResolved(each)),
      [],
    );
    await assertCounted();
  });

  const noPid =
    apiServer === undefined && "the API server is not a process of this machine that the test knows";
  test("as it hangs: pods that ran before keep their names", { skip: noPid }, async (t) => {
    const before = unresolvedLines().length;
    const fromMs = await scene.node.nowMs();
    process.kill(apiServer as number, "SIGSTOP");
    t.after(() => process.kill(apiServer as number, "SIGCONT"));
    await delay(HELD_MS);
    process.kill(apiServer as number, "SIGCONT");
    await eventually("the API server", () => kubectl(["get", "--raw", "/readyz"]).catch(() => undefined));
    log[Symbol.dispose](); // kubectl has given up its connection
    log = new NetlogLog(netlog);
    const found = await linesFrom("known", fromMs);
    t.diagnostic(`${found.length} lines`);
    assert.ok(found.length >= HELD_MS / 2000);
    assert.deepEqual(
      found.filter((each) => !isResolved(each)),
      [],
    );
    assert.equal(unresolvedLines().length, before);
    await scene.run("ended", "new", { main: ["sleep", 2, "connect", ...scene.server] });
    const afterwards = await linesFrom("new", fromMs);
    assert.deepEqual(
      afterwards.filter((each) => !isResolved(each)),
      [],
    );
  });

  /** What says so in the lines is what `#stats` counts. */
  async function assertCounted(): Promise<void> {
    const last = await log.until("a stats record", ({ events, records }) => {
      const lines = unresolvedLines().length;
      const stats = Number(records.findLast(({ record }) => record === "#stats")?.fields["unresolved"]);
      return events.length > 0 && stats >= lines ? { lines, stats } : undefined;
    });
    assert.equal(last.stats, last.lines);
  }

  async function restartCount(): Promise<number> {
    return (await get("pod", netlog, NAMESPACE)).status.containerStatuses?.[0]?.restartCount ?? 0;
  }
});

const sorted = (whose: Whose) => Object.entries(whose).toSorted();

/** Of a cluster as the project's own script makes it, beside whose kubeconfig it stands. */
function pidOfApiServer(): number | undefined {
  const folder = dirname(process.env["KUBECONFIG"] as string);
  try {
    return Number(readFileSync(join(folder, "pid/apiserver"), "utf8"));
  } catch {
    return undefined;
  }
}

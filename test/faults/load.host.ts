import assert from "node:assert/strict";
import { rename, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { listen, Netlog } from "../host/process-netlog.ts";
import { until } from "../probe/until.ts";
import type { Line } from "../scenario/read-line.ts";
import { caughtUp, program, RATE, report, STATS, skip, stop, throughAFault } from "./fault.ts";
import { lastStats } from "./losses.ts";
import { commOf, type MadeEvent, startTraffic } from "./traffic.ts";
import { wrapBpftrace } from "./wrapper.ts";

/** An emulated guest makes a hundred times less in the same time. */
const IN_GUEST = process.env["NETLOG_TEST_TRAFFIC"] !== undefined;
const PROCESSES = 4;
const ROUNDS = IN_GUEST ? 300 : 6000;
const OFFERED = 100_000;
/** A buffer of 64 pages is overrun where netlog's own takes the burst. */
const SMALL_BUFFER = 'export BPFTRACE_PERF_RB_PAGES=64; exec "$real" "$@"';

for (const [buffer, shell] of [
  ["netlog's buffer", 'exec "$real" "$@"'],
  ["a small buffer", SMALL_BUFFER],
] as const) {
  const fault = `${OFFERED.toLocaleString("en-US")} connections/s offered to ${buffer}`;
  test(`${fault}: what was lost is counted, by type, and the sums come out`, { skip }, async (t) => {
    const { config } = await wrapBpftrace(t, shell);
    const startedMs = performance.now();
    const netlog = await Netlog.start(t, { config: `${STATS}\n${config}` });
    await netlog.attached();
    const traffics = Array.from({ length: PROCESSES }, () =>
      startTraffic(t, program, ROUNDS, OFFERED / PROCESSES),
    );
    const made = (await Promise.all(traffics.map(({ done }) => done))).flat();
    await caughtUp(t, netlog);
    // Records that follow show which ones are missing.
    const madeAfter = await startTraffic(t, program, 5 * RATE, RATE).done;
    await caughtUp(t, netlog);
    await stop(netlog);
    const note = `${Math.round(connectionsASecond(made))} connections/s reached`;
    const all = [...made, ...madeAfter];
    const judgement = report(fault, all, [netlog.lines], { note });
    assert.deepEqual(judgement.inGaps, {});
    assertSums(lastStats(netlog.read()), all, (performance.now() - startedMs) / 1000);
    if (shell === SMALL_BUFFER) assert.ok((judgement.counted["lost.kernel-buffer"] ?? 0) > 0);
  });
}

test("Sockets that were forgotten for want of room have their lines, which say so", { skip }, async (t) => {
  const { port, hold } = await listen(t);
  const held = 1100; // with both ends of each twice as many as the table holds, and the traffic comes on top
  const config = `${STATS}\nsockets: { max: 1000 }`;
  let lines: readonly Line[] = [];
  const { missing, inGaps, gaps } = await throughAFault(t, "eviction", { config }, async (netlog) => {
    const sockets = [];
    for (let index = 0; index < held; index++) sockets.push(await hold());
    await caughtUp(t, netlog);
    for (const { close } of sockets) close();
    await caughtUp(t, netlog);
    lines = netlog.read();
  });
  assert.deepEqual({ missing, inGaps, gaps }, { missing: 0, inGaps: {}, gaps: [] });
  const ofHeld = lines.filter(
    (line) => line.record === undefined && `${line.local} ${line.peer}`.includes(`127.0.0.1:${port}`),
  );
  const closes = ofHeld.filter((line) => line.record === undefined && line.event === "tcp.close");
  assert.equal(new Set(closes.map(({ fields }) => fields["conn"])).size, 2 * held);
  // It remembers as many evicted sockets as it has room for others.
  const evicted = closes.filter(({ fields }) => fields["opener"] === "evicted").length;
  const unknown = closes.filter(({ fields }) => fields["opener"] === "unknown").length;
  assert.ok(evicted > 0 && evicted + unknown >= 2 * held - 1000, `evicted ${evicted}, unknown ${unknown}`);
  assert.ok(Number(lastStats(lines)["evicted_sockets"]) >= evicted + unknown);
});

test("Rules that change under traffic take exactly what they count, and nothing twice", {
  skip,
}, async (t) => {
  const rule = `filters: [{ name: binds, action: drop, event: udp.bind, comm: ${commOf(program)} }]`;
  const rules = { binds: "udp.bind", "earlier-rules": "udp.bind" };
  let netlog: Netlog | undefined;
  const judgement = await throughAFault(t, "rules reloaded", { rules }, async (running) => {
    netlog = running;
    for (let change = 1; change <= 6; change++) {
      await writeFile(`${running.configFile}.new`, change % 2 === 1 ? `${STATS}\n${rule}` : STATS);
      await rename(`${running.configFile}.new`, running.configFile);
      await until("it is taken up", () => running.stdout.includes(` config.reloads=${change} `), 60);
      await delay(1000);
    }
  });
  const stats = lastStats(netlog?.read() ?? []);
  const filtered = Number(stats["filtered.binds"] ?? 0) + Number(stats["filtered.earlier-rules"] ?? 0);
  assert.ok(filtered > 0);
  assert.equal(judgement.missing, filtered);
  assert.deepEqual(judgement.inGaps, {});
});

function connectionsASecond(made: readonly MadeEvent[]): number {
  const connects = made.filter(({ kind }) => kind === "tcp.connect");
  const fromUs = connects.reduce(
    (least, { beforeUs }) => Math.min(least, beforeUs),
    Number.POSITIVE_INFINITY,
  );
  const toUs = connects.reduce((most, { afterUs }) => Math.max(most, afterUs), 0);
  return (connects.length * 1e6) / (toUs - fromUs);
}

/** Records without a number, which are lost without a type: the heartbeats. */
const BEATS_A_SECOND = 5;

/** made = received + missing: of each type as many were made as the traffic needs, or more; all that is missing is told. */
function assertSums(
  stats: Readonly<Record<string, string>>,
  made: readonly MadeEvent[],
  seconds: number,
): void {
  const count = (kind: string) => made.filter((event) => event.kind === kind).length;
  const types = { "tcp.attempt": "tcp.connect", "tcp.accept": "tcp.accept", "tcp.end": "tcp.close" };
  for (const [type, kind] of Object.entries({ ...types, "udp.bind": "udp.bind", "udp.end": "udp.close" }))
    assert.ok(Number(stats[`made.${type}`]) >= count(kind), `made.${type}=${stats[`made.${type}`]}`);
  let missing = 0;
  for (const [key, value] of Object.entries(stats)) {
    if (!key.startsWith("made.")) continue;
    const ofType = Number(stats[key.replace("made.", "missing.")]);
    assert.equal(Number(value), Number(stats[key.replace("made.", "received.")]) + ofType, key);
    assert.ok(ofType >= 0, key);
    missing += ofType;
  }
  const lost = Number(stats["lost.kernel-buffer"]);
  assert.ok(
    missing <= lost && lost <= missing + BEATS_A_SECOND * seconds,
    `${missing} missing, ${lost} lost`,
  );
}

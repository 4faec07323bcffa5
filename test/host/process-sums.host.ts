import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { lacking } from "../facilities.ts";
import { buildTraffic, type MadeEvent, startTraffic } from "../faults/traffic.ts";
import type { Line } from "../scenario/read-line.ts";
import { Netlog } from "./process-netlog.ts";

const skip = lacking("bpftrace", "cc");
const program = skip === false ? await buildTraffic() : "";

type Stats = Readonly<Record<string, string>>;

/** Of the fields whose names begin so. */
function sum(stats: Stats, ...prefixes: string[]): number {
  const fields = Object.entries(stats).filter(([key]) => prefixes.some((prefix) => key.startsWith(prefix)));
  assert.ok(fields.length > 0, prefixes.join());
  return fields.reduce((total, [, value]) => total + Number(value), 0);
}

/** Stops netlog, and looks whether each record and each event is accounted for by its last counters. */
async function stopAndAdd(netlog: Netlog): Promise<{ stats: Stats; lines: readonly Line[] }> {
  netlog.child.kill("SIGTERM");
  await netlog.ended;
  const lines = netlog.read();
  const { record, fields: stats } = lines.at(-2) as Line;
  assert.equal(record, "#stats");

  const types = Object.keys(stats).flatMap((key) => (key.startsWith("made.") ? [key.slice(5)] : []));
  assert.ok(types.length >= 6, types.join());
  for (const type of types) {
    const [made, received, missing] = ["made", "received", "missing"].map((what) => stats[`${what}.${type}`]);
    assert.equal(Number(made), Number(received) + Number(missing), type);
  }
  assert.ok(sum(stats, "lost.kernel-buffer") >= sum(stats, "missing."));

  const ofSockets = types.filter((type) => !type.startsWith("cgroup."));
  const received = ofSockets.reduce((total, type) => total + Number(stats[`received.${type}`]), 0);
  assert.equal(received, Number(stats["records"]) + Number(stats["unparsable"]));
  assert.equal(Number(stats["records"]), sum(stats, "joined", "ignored."));
  assert.equal(sum(stats, "events."), Number(stats["lines"]) + sum(stats, "filtered.", "dropped."));
  const events = lines.filter(({ record }) => record === undefined).length;
  assert.deepEqual(
    [Number(stats["lines"]), Number(stats["stream_records"])],
    [events, lines.length - events - 2],
  );
  return { stats, lines };
}

const config = "filters: [{ name: binds, action: drop, event: udp.bind }]";

test("Every record and every event is accounted for, to the unit", { skip }, async (t) => {
  const netlog = await Netlog.start(t, { config });
  await netlog.attached();
  await startTraffic(t, program, 600, 200).done;
  await delay(1000);
  const { stats } = await stopAndAdd(netlog);
  assert.ok(Number(stats["filtered.binds"]) >= 600);
  assert.equal(stats["restarts"], "0");
});

test("They are where the kernel's buffer overran too, and nothing came after that", { skip }, async (t) => {
  const netlog = await Netlog.start(t, { config: "selfTest: { every: 1h }" });
  await netlog.attached();
  const children = netlog.bpftrace();
  for (const pid of children) process.kill(pid, "SIGSTOP");
  const made = await startTraffic(t, program, 5000, 0).done;
  for (const pid of children) process.kill(pid, "SIGCONT");
  await delay(5000); // two heartbeats, and time to read what is there
  const { stats, lines } = await stopAndAdd(netlog);
  // Whatever else happens on this machine is counted too.
  for (const [kind, type] of [
    ["udp.bind", "udp.bind"],
    ["tcp.accept", "tcp.accept"],
  ] as const) {
    const unseen = countUnseen(kind, made, lines);
    const missing = Number(stats[`missing.${type}`]);
    assert.ok(unseen > 0 && unseen <= missing, `${kind}: ${unseen} unseen, ${missing} missing`);
  }
});

function countUnseen(kind: string, made: readonly MadeEvent[], lines: readonly Line[]): number {
  const seen = new Set(lines.map((line) => line.record ?? `${line.event} ${line.fields["conn"]}`));
  return made.filter((one) => one.kind === kind && !seen.has(`${kind} ${one.conn}`)).length;
}

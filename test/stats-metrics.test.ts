import assert from "node:assert/strict";
import { test } from "node:test";
import { newCounters } from "../src/account/counters.ts";
import { MadeRecords } from "../src/account/made-records.ts";
import { METRICS, Metrics } from "../src/account/metrics.ts";
import { statsFields } from "../src/account/stats.ts";
import { EVENT_KINDS } from "../src/event.ts";
import { Identity, type IdentityOptions } from "../src/identity/identity.ts";
import type { ClusterView } from "../src/identity/kubernetes/watch-cluster.ts";
import { WatchAccount } from "../src/identity/kubernetes/watch-state.ts";
import { SocketLife } from "../src/socket/life.ts";
import { isField, readExposition, valueOfField } from "./account/exposition.ts";
import { QUIET } from "./account/snapshot.ts";

/** Real ones of all that counts for `#stats`, each count another number where it can be set. */
function everything() {
  let n = 1;
  const counters = newCounters(EVENT_KINDS);
  for (const [key, value] of Object.entries(counters))
    if (typeof value === "number") Object.assign(counters, { [key]: n++ });
  for (const kind of EVENT_KINDS) counters.events.set(kind, n++);
  counters.filtered.set("scrapes", n++).set("loopback", n++);
  const made = new MadeRecords(["tcp.attempt", "udp.bind"], 64);
  made.received(0, 100);
  made.received(1, 50);
  const life = new SocketLife({ events: new Set(EVENT_KINDS), maxSockets: 10, pendingAfterUs: 1 });
  life.joined = n++;
  life.missedEnds = n++;
  for (const reason of Object.keys(life.ignored)) Object.assign(life.ignored, { [reason]: n++ });
  return { counters, made, life };
}

test("Each field of #stats has one metric, with the same value", async (t) => {
  const { counters, made, life } = everything();
  const pods = new WatchAccount("pods", () => {}, performance.now);
  const namespaces = new WatchAccount("namespaces", () => {}, performance.now);
  for (const account of [pods, pods, namespaces]) account.requested();
  pods.skipped("");
  const cluster = { watches: { pods, namespaces }, problem: undefined } as unknown as ClusterView;
  const identity = new Identity(
    {
      labels: { namespace: { include: [], exclude: [] }, pod: { include: [], exclude: [] } },
      ownPod: { uid: "u" },
      waitMs: 0,
      controller: undefined,
      log: { warn: () => {} },
    } as unknown as IdentityOptions,
    undefined,
    cluster,
  );
  t.after(() => identity[Symbol.dispose]());
  const missed = { missed: 77, missed_counted: 78, "missed_returns.udp.bind": 79 };
  const stats = statsFields(counters, made, life, { ...missed, ...identity.counts });
  assert.equal(stats["api.requests"], 3);

  const read = () => ({ ...QUIET, stats, watches: identity.watches });
  const series = readExposition(await new Metrics({ read, bpftracePid: () => undefined }).text());
  for (const [name, value] of Object.entries(stats)) {
    const metrics = METRICS.filter(({ field }) => isField(field, name));
    assert.equal(metrics.length, 1, `${name}: ${metrics.map((metric) => metric.name)}`);
    for (const metric of metrics) assert.equal(valueOfField(series, metric, name), value, name);
  }
  for (const { name, field } of METRICS)
    if (field !== undefined)
      assert.ok(
        Object.keys(stats).some((one) => isField(field, one)),
        `${name}: no field ${field}`,
      );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { GAP_REASONS, newCounters } from "../../src/account/counters.ts";
import { MadeRecords } from "../../src/account/made-records.ts";
import { MissedReturns } from "../../src/account/missed-returns.ts";
import { SkippedRuns } from "../../src/account/skipped-runs.ts";
import { statsFields } from "../../src/account/stats.ts";
import { EVENT_KINDS } from "../../src/event.ts";
import { Identity, type IdentityOptions } from "../../src/identity/identity.ts";
import type { ClusterView } from "../../src/identity/kubernetes/watch-cluster.ts";
import { SOCKET_RECORDS } from "../../src/probe-record.ts";
import { SocketLife } from "../../src/socket/life.ts";
import type { LogLine } from "../../src/verify/log-line.ts";
import { readLine } from "../../src/verify/read-line.ts";
import { brokenSums } from "../../src/verify/sums.ts";
import { block, table } from "./readme.ts";

/** A name of the README's table, in which a word in capitals stands for others. */
const fits = (name: string, field: string) =>
  new RegExp(`^${RegExp.escape(name).replace(/[A-Z]+$/, ".+")}$`).test(field);

/** The table's rows, each with its names. */
const ROWS = table("field").map(([names = ""]) => names.split(/`?, `/));

function assertInOrder(fields: readonly string[]): void {
  const rows = fields.map((field) => {
    const found = ROWS.flatMap((names, row) => (names.some((name) => fits(name, field)) ? [row] : []));
    assert.equal(found.length, 1, `${field}: ${found.length} rows of the README have it`);
    return found[0] as number;
  });
  assert.deepEqual(
    rows,
    rows.toSorted((one, other) => one - other),
  );
}

/** Of a sidecar, of a kernel where return probes are in use: not on the sample's node. */
const NOT_EVERYWHERE = ["out_of_scope", "missed_returns.TYPE"];

test("The README has every field of #stats, in their order, and no other", (t) => {
  const watches = { pods: { counters: { requests: 0, failures: {}, skipped: 0 } } };
  const identity = new Identity(
    {
      labels: { namespace: { include: [], exclude: [] }, pod: { include: [], exclude: [] } },
      ownPod: { uid: "u" },
      waitMs: 0,
      controller: undefined,
      log: { warn: () => {} },
    } as unknown as IdentityOptions,
    undefined,
    { watches } as unknown as ClusterView,
  );
  t.after(() => identity[Symbol.dispose]());
  const counters = newCounters(EVENT_KINDS);
  counters.filtered.set("scrapes", 1);
  const made = new MadeRecords([...SOCKET_RECORDS, "tcp.outcome", "cgroup.path"], 64);
  const life = new SocketLife({ events: new Set(EVENT_KINDS), maxSockets: 1, pendingAfterUs: 1 });
  const returns = new MissedReturns(["tcp.failure"]);
  const more = { ...new SkippedRuns(false).fields, ...returns.fields, ...identity.counts };
  const fields = Object.keys(statsFields(counters, made, life, more));
  // Elasticsearch reads a dot as a step into an object, and refuses a key that is a value and an object.
  for (const field of fields) assert.ok(!fields.some((other) => other.startsWith(`${field}.`)), field);
  assertInOrder(fields);
  for (const name of ROWS.flat())
    assert.ok(
      fields.some((field) => fits(name, field)),
      name,
    );
});

test("The README's sample of #stats is a true one: its fields in order, its sums right", () => {
  const lines = block("text").trimEnd().split("\n").map(readLine) as LogLine[];
  const { n, record } = lines.find(({ record }) => record?.name === "stats") as LogLine;
  assert.ok(record !== undefined);
  assertInOrder([...record.fields.keys()]);
  assert.deepEqual(brokenSums({ n, fields: record.fields }, false), []);
  for (const names of ROWS)
    for (const name of names.filter((name) => !NOT_EVERYWHERE.includes(name)))
      assert.ok(
        [...record.fields.keys()].some((field) => fits(name, field)),
        name,
      );
});

test("The README has every reason of a gap", () => {
  assert.deepEqual(
    table("reason").map(([reason]) => reason),
    GAP_REASONS,
  );
});

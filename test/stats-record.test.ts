import assert from "node:assert/strict";
import { test } from "node:test";
import { newCounters } from "../src/account/counters.ts";
import { MadeRecords } from "../src/account/made-records.ts";
import { statsFields } from "../src/account/stats.ts";
import { parseConfig } from "../src/config.ts";
import { EVENT_KINDS } from "../src/event.ts";
import { jsonFormatter } from "../src/format/json.ts";
import { textFormatter } from "../src/format/text.ts";
import { Selection } from "../src/selection.ts";

const BILLIONS = 999_999_999_999;

test("A #stats record with as many rules as there can be, and earlier ones, is not longer than a line may be", () => {
  const names = Array.from({ length: 64 }, (_, index) => `${index}-`.padEnd(32, "n"));
  const config = (rules: readonly string[]) =>
    parseConfig(JSON.stringify({ filters: rules.map((name) => ({ name, action: "drop", uid: 0 })) }), "", {});
  const counters = newCounters();
  const options = { counters, ownerOf: () => undefined, onLimited: () => {} };
  const selection = new Selection(config(["before"]), options);
  counters.filtered.set("before", BILLIONS);
  selection.reconfigure(config(names));
  for (const name of counters.filtered.keys()) counters.filtered.set(name, BILLIONS);
  for (const kind of EVENT_KINDS) counters.events.set(kind, BILLIONS);
  const sockets = {
    joined: BILLIONS,
    ignored: { "no-line-for-socket": BILLIONS, "already-ended": BILLIONS, "kind-off": BILLIONS },
    missedEnds: BILLIONS,
    evictions: BILLIONS,
    openSockets: BILLIONS,
  };
  const types = EVENT_KINDS.flatMap((kind) => [kind, `${kind}.more`]);
  const fields = statsFields(counters, new MadeRecords(types, 64), sockets, { waited: BILLIONS, cgroups: 1 });
  assert.equal(Object.keys(fields).filter((key) => key.startsWith("filtered.")).length, 65);
  for (const formatter of [textFormatter, jsonFormatter]) {
    const line = formatter({ node: "n".repeat(253), run: "mwsjc545" }).record(
      { name: "stats", fields },
      { utcUs: 0, n: BILLIONS },
    );
    // A quarter is left for what a stage may count beside these.
    assert.ok(Buffer.byteLength(line) < 6000, String(Buffer.byteLength(line)));
  }
});

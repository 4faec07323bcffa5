import assert from "node:assert/strict";
import { test } from "node:test";
import { tooMuch } from "./bounds.ts";
import type { Tally } from "./tally.ts";

const NOTHING = { "lost.kernel-buffer": "0", unparsable: "0", missed: "unknown", missed_ends: "0" };
const tally = (sort: string, counts: Partial<Tally>): Tally => ({
  sort,
  made: 1000,
  seen: 0,
  inferred: 0,
  closeOnly: 0,
  missing: 0,
  ...counts,
});

const CASES: readonly [string, Tally, Record<string, string>, RegExp[]][] = [
  ["what is missing and not counted", tally("tcp.accept", { missing: 1 }), {}, [/1 missing, 0 counted/]],
  ["what the kernel's buffer lost", tally("tcp.accept", { missing: 3 }), { "lost.kernel-buffer": "3" }, []],
  [
    "failures whose returns were not reported",
    tally("tcp.connect ENETUNREACH", { missing: 7 }),
    { "missed_returns.tcp.failure": "7", "missed_returns.udp.bind": "0" },
    [],
  ],
  [
    "the missed returns of another call",
    tally("tcp.connect ENETUNREACH", { missing: 7 }),
    { "missed_returns.tcp.failure": "6", "missed_returns.udp.bind": "9" },
    [/7 missing, 6 counted/, /./],
  ],
  [
    "refused connects, which no return tells",
    tally("tcp.connect ECONNREFUSED", { missing: 1 }),
    { "missed_returns.tcp.failure": "9" },
    [/1 missing, 0 counted/],
  ],
  ["openings that the kernel skipped", tally("tcp.connect", { closeOnly: 100 }), {}, []],
  ["more of them than it may", tally("tcp.connect", { closeOnly: 101 }), {}, [/101 told by a close only/]],
  [
    "openings that were skipped, on a kernel that counts that",
    tally("tcp.connect", { missing: 1, closeOnly: 6 }),
    { missed: "7" },
    [],
  ],
  [
    "more of them than it counted",
    tally("tcp.connect", { closeOnly: 8 }),
    { missed: "7" },
    [/8 told by a close only, 7/],
  ],
  [
    "outcomes that were inferred and counted",
    tally("tcp.connect", { inferred: 5 }),
    { missed_ends: "5" },
    [],
  ],
  [
    "more of them than were counted",
    tally("tcp.connect", { inferred: 5 }),
    { missed_ends: "4" },
    [/5 inferred, missed_ends 4/],
  ],
  [
    "binds that only a close tells of",
    tally("udp.bind", { closeOnly: 1 }),
    {},
    [/1 told by a close only, 0/],
  ],
];

for (const [what, one, stats, wrong] of CASES) {
  test(`Of a run's sorts is ${wrong.length === 0 ? "right" : "wrong"}: ${what}`, () => {
    const said = tooMuch([tally("udp.close", { seen: 1000 }), one], { ...NOTHING, ...stats });
    assert.equal(said.length, wrong.length, said.join("\n"));
    for (const [index, pattern] of wrong.entries()) assert.match(said[index] ?? "", pattern);
  });
}

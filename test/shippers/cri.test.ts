import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { jsonFormatter } from "../../src/format/json.ts";
import { textFormatter } from "../../src/format/text.ts";
import { event, stamp } from "../format/arbitrary.ts";
import { origin, vastOrigin } from "../format/arbitrary-origin.ts";
import { OPTIONS } from "../format/samples.ts";
import { asCri, CRI_O_BYTES } from "./cri.ts";
import { lackingOnigmo, match } from "./onigmo.ts";

const FORMATTERS = [textFormatter(OPTIONS), jsonFormatter(OPTIONS)];
/** As Fluent Bit's documentation has it for its own parser `cri`. */
const CRI = "^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[^ ]*) (?<log>.*)$";

test("A longer line is written in parts", () => {
  const header = "2026-11-22T10:31:26.900000001Z stdout";
  assert.equal(
    asCri("abcdef\ng\n", { partBytes: 4 }).toString(),
    `${header} P abcd\n${header} F ef\n${header} F g\n`,
  );
});

test("No line of netlog's is so long that a runtime would write it in parts", () => {
  fc.assert(
    fc.property(event, vastOrigin, stamp, (event, origin, stamp) => {
      for (const formatter of FORMATTERS) {
        const file = asCri(formatter.event(event, origin, stamp), { partBytes: CRI_O_BYTES });
        assert.match(file.toString(), /^\S+ stdout F [^\n]+\n$/);
      }
    }),
    { numRuns: 100 },
  );
});

test("Behind what the runtime puts in front stands the line as netlog wrote it", {
  skip: lackingOnigmo(),
}, () => {
  const written = fc
    .sample(fc.tuple(event, origin, stamp), 2000)
    .flatMap(([event, origin, stamp]) => FORMATTERS.map((each) => each.event(event, origin, stamp)));
  const file = asCri(written.join("")).toString().trimEnd().split("\n");
  const found = match(CRI, file).map((groups) => [
    groups?.["stream"],
    groups?.["logtag"],
    `${groups?.["log"]}\n`,
  ]);
  assert.deepEqual(
    found,
    written.map((line) => ["stdout", "F", line]),
  );
});

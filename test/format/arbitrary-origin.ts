import fc from "fast-check";
import type { Label, Origin } from "../../src/origin.ts";

const HOSTILE = [
  "",
  " ",
  "a=b",
  'x" seq=1',
  "x seq=r-1",
  "\\",
  '"',
  "two\nlines",
  "\r\n",
  "\u001b[31mred",
  "\u009b",
  "\u202e backwards",
  "\u2028",
  "\ufeff\uffff",
  "\u3000",
  "\ud83d",
  "\udcff\udcc3\udcb8",
  "🐝",
  '","seq":1,"a":"',
  "truncated=1",
  "__proto__",
  "constructor",
];

const anyText = (maxLength: number) =>
  fc.oneof(
    fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?$/),
    fc.constantFrom(...HOSTILE),
    fc.string({ unit: "binary", maxLength }),
    fc.string({ unit: fc.constantFrom(...'ab="\\ \n\x1b\ud800\udcff\u202e…'), maxLength }),
  );
/** Of text this long no line has to leave anything out. */
const short = anyText(20);
/** As no API would give it. */
const long = fc
  .tuple(anyText(20), fc.constantFrom("a", "\n", '"', "\u202e", "\udcff", "🐝", "\u{e0000}"))
  .map(([start, character]) => start + character.repeat(65_536));

const labelKey = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9._/-]{1,40}$/),
  fc.constantFrom("app.kubernetes.io/name", "team", "team", "k".repeat(318), "x seq=r-1", 'a"', "é"),
  fc.constantFrom(...HOSTILE),
);

function originOf(text: fc.Arbitrary<string>, labels: fc.Arbitrary<Label[]>): fc.Arbitrary<Origin> {
  return fc.record(
    {
      host: fc.constant(true as const),
      unit: text,
      containerId: fc.oneof(fc.stringMatching(/^[0-9a-f]{64}$/), text),
      container: text,
      podUid: text,
      pod: text,
      namespace: text,
      namespaceLabels: labels,
      podLabels: labels,
      unresolved: fc.constant(true as const),
    },
    { requiredKeys: [] },
  );
}

/** Any origin that a line can tell all of, in combinations too that no process has. */
export const origin: fc.Arbitrary<Origin> = originOf(
  short,
  fc.array(fc.tuple(labelKey, short), { maxLength: 4 }),
);

/** Any origin of too much of everything. */
export const vastOrigin: fc.Arbitrary<Origin> = originOf(
  fc.oneof(short, long),
  fc
    .tuple(fc.array(fc.tuple(labelKey, fc.oneof(short, long)), { maxLength: 4 }), fc.nat({ max: 2000 }))
    .map(([labels, more]) => [
      ...labels,
      ...Array.from({ length: more }, (_, index): Label => [`more-${index}`, "x"]),
    ]),
);

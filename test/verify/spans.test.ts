import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Span, union, without } from "../../src/verify/spans.ts";

/** Whole seconds, so that time can be looked at half-second by half-second. */
const span = fc
  .tuple(fc.nat({ max: 30 }), fc.nat({ max: 8 }))
  .map(([fromUs, length]): Span => ({ fromUs, toUs: fromUs + length }));
const HALVES = Array.from({ length: 40 }, (_, second) => second + 0.5);

const holds = (spans: readonly Span[], time: number) =>
  spans.some(({ fromUs, toUs }) => fromUs < time && time < toUs);

test("A union is the same time, in order, in parts that do not touch", () => {
  fc.assert(
    fc.property(fc.array(span), (spans) => {
      const joined = union(spans);
      for (const time of HALVES) assert.equal(holds(joined, time), holds(spans, time));
      for (const [index, { fromUs }] of joined.slice(1).entries())
        assert.ok((joined[index] as Span).toUs < fromUs);
    }),
  );
});

test("A span without others is what is in it and in none of them", () => {
  fc.assert(
    fc.property(span, fc.array(span), (one, others) => {
      const left = without(one, others);
      for (const time of HALVES)
        assert.equal(holds(left, time), holds([one], time) && !holds(others, time), `${time}`);
    }),
  );
});

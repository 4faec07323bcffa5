import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Reorder } from "../../src/parse/reorder.ts";
import { TICK_MS } from "../../src/probe-record.ts";

const MS = 1e6;

type Item = { readonly bootNs: number; readonly name: number };
/** What is read: a record of a CPU, or without a name its tick. */
type Read = { readonly cpu: number; readonly bootNs: number; readonly name?: number };

const END_MS = 4000;

/** What some CPUs report in four seconds, each in its order, read from one CPU after the other, any number at once. */
const reads: fc.Arbitrary<Read[]> = fc
  .tuple(
    fc.array(fc.array(fc.nat({ max: END_MS }), { maxLength: 20 }), { minLength: 1, maxLength: 4 }),
    fc.infiniteStream(fc.tuple(fc.nat(), fc.nat({ max: 30 }))),
  )
  .map(([times, turns]) => {
    let name = 0;
    const unread = times.map((ofCpu, cpu) => {
      const records = ofCpu.map((ms): Read => ({ cpu, bootNs: ms * MS, name: name++ }));
      const ticks: Read[] = [];
      for (let ms = cpu; ms <= END_MS + TICK_MS; ms += TICK_MS) ticks.push({ cpu, bootNs: ms * MS });
      return [...records, ...ticks].toSorted((a, b) => a.bootNs - b.bootNs);
    });
    // At the start all tick before one is read to its end, as they do where they have nothing to say.
    const read = unread.flatMap((ofCpu) => ofCpu.splice(0, 1));
    for (const [turn, count] of turns) {
      const left = unread.filter((ofCpu) => ofCpu.length > 0);
      if (left.length === 0) break;
      read.push(...(left[turn % left.length] as Read[]).splice(0, count));
    }
    return read;
  });

function take(reorder: Reorder<Item>, { cpu, bootNs, name }: Read): Item[] {
  if (name !== undefined) reorder.push({ bootNs, name });
  reorder.heard(cpu, bootNs);
  return reorder.due();
}

const timesOf = (items: readonly Item[]) => items.map(({ bootNs }) => bootNs / MS);
const names = (items: readonly { readonly name?: number }[]) =>
  items.flatMap(({ name }) => name ?? []).toSorted((a, b) => a - b);

test("however the CPUs' buffers are read, all comes out once and in order, and waits for nothing at the end", () => {
  fc.assert(
    fc.property(reads, (all) => {
      const reorder = new Reorder<Item>();
      const out = all.flatMap((read) => take(reorder, read));
      assert.deepEqual(
        timesOf(out),
        timesOf(out).toSorted((a, b) => a - b),
      );
      assert.deepEqual(names(out), names(all));
      assert.equal(reorder.late, 0);
      assert.deepEqual(reorder.drain(), []);
    }),
    { numRuns: 1000 },
  );
});

test("up to the time that is told nothing more comes", () => {
  fc.assert(
    fc.property(reads, (all) => {
      const reorder = new Reorder<Item>();
      for (const read of all) {
        assert.ok(read.bootNs >= reorder.readUpToNs);
        take(reorder, read);
      }
      assert.ok(reorder.readUpToNs >= END_MS * MS);
    }),
    { numRuns: 1000 },
  );
});

test("what comes in any order comes out once; late is what came behind something newer that was given on", () => {
  const anyhow = fc.array(fc.record({ cpu: fc.nat({ max: 3 }), ms: fc.nat({ max: 100_000 }) }));
  fc.assert(
    fc.property(anyhow, (all) => {
      const reorder = new Reorder<Item>();
      const items = all.map(({ cpu, ms }, name): Read => ({ cpu, bootNs: ms * MS, name }));
      const out = [...items.flatMap((read) => take(reorder, read)), ...reorder.drain()];
      assert.deepEqual(names(out), names(items));
      let newest = 0;
      const behind = out.filter(({ bootNs }) => {
        newest = Math.max(newest, bootNs);
        return bootNs < newest;
      });
      assert.equal(reorder.late, behind.length);
    }),
    { numRuns: 1000 },
  );
});

/** Both CPUs have ticked, up to 2,000 ms. */
function twoCpus(): Reorder<Item> {
  const reorder = new Reorder<Item>();
  for (let ms = 0; ms <= 2000; ms += TICK_MS)
    for (const cpu of [0, 1]) assert.deepEqual(take(reorder, { cpu, bootNs: ms * MS }), []);
  return reorder;
}

test("while one CPU goes on reporting, what it reported waits for the other, for seconds", () => {
  const reorder = twoCpus();
  for (let ms = 2001; ms < 4500; ms++)
    assert.deepEqual(take(reorder, { cpu: 0, bootNs: ms * MS, name: ms }), []);
  assert.equal(reorder.readUpToNs, 2000 * MS);
  assert.deepEqual(timesOf(take(reorder, { cpu: 1, bootNs: 2002.5 * MS, name: 1 })), [2001, 2002, 2002.5]);
  assert.equal(reorder.late, 0);
});

test("a CPU that does not report any more is waited for half a minute", () => {
  const reorder = twoCpus();
  assert.deepEqual(take(reorder, { cpu: 0, bootNs: 2001 * MS, name: 1 }), []);
  assert.deepEqual(take(reorder, { cpu: 0, bootNs: 32_000 * MS }), []);
  assert.deepEqual(timesOf(take(reorder, { cpu: 0, bootNs: 32_001 * MS })), [2001]);
});

test("no more than 100,000 records wait, the newest", () => {
  const reorder = twoCpus();
  for (let name = 0; name < 100_000; name++)
    assert.deepEqual(take(reorder, { cpu: 0, bootNs: 2001 * MS + name, name }), []);
  assert.deepEqual(names(take(reorder, { cpu: 0, bootNs: 2002 * MS, name: 100_000 })), [0]);
  assert.equal(reorder.readUpToNs, 2000 * MS);
});

test("and what it reports after all is counted as late, and given on", () => {
  const reorder = twoCpus();
  take(reorder, { cpu: 0, bootNs: 2001 * MS, name: 1 });
  take(reorder, { cpu: 0, bootNs: 32_001 * MS });
  assert.deepEqual(timesOf(take(reorder, { cpu: 1, bootNs: 2000.5 * MS, name: 2 })), [2000.5]);
  assert.equal(reorder.late, 1);
});

test("at first, when it is not known which CPUs there are, everything waits until each has ticked", () => {
  const reorder = new Reorder<Item>();
  assert.deepEqual(take(reorder, { cpu: 0, bootNs: 1000 * MS, name: 1 }), []);
  assert.deepEqual(take(reorder, { cpu: 0, bootNs: 2199 * MS, name: 2 }), []);
  assert.equal(reorder.readUpToNs, 0);
  assert.deepEqual(timesOf(take(reorder, { cpu: 1, bootNs: 2100 * MS })), []);
  assert.deepEqual(timesOf(take(reorder, { cpu: 1, bootNs: 2200 * MS })), []);
  assert.deepEqual(timesOf(take(reorder, { cpu: 0, bootNs: 2200 * MS })), [1000, 2199]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeReport } from "../../src/verify/report.ts";
import { at, verifyText, WrittenRun } from "./write-log.ts";

const run = (name: string) => new WrittenRun({ run: name });
/** What comes of several runs of one node. */
async function together(...runs: readonly (WrittenRun | string)[]): Promise<NodeReport> {
  const text = runs.map((run) => (typeof run === "string" ? run : run.text)).join("");
  const { nodes } = await verifyText(text);
  assert.equal(nodes.length, 1);
  return nodes[0] as NodeReport;
}
/** The gaps in seconds, with their reasons. */
const shown = ({ gaps }: NodeReport) => gaps.map(({ from, to, reasons }) => [from, to, ...reasons]);

test("A rolling upgrade whose runs overlap leaves no time out", async () => {
  const { complete, from, to, gaps } = await together(
    run("old").start(0).stop(100),
    run("new").start(90).stop(200),
  );
  assert.deepEqual({ complete, from, to, gaps }, { complete: true, from: at(0), to: at(200), gaps: [] });
});

test("Between a stop and the next start nobody watched", async () => {
  const node = await together(run("old").start(0).stop(100), run("new").start(103).stop(200));
  assert.deepEqual(node.causes, ["gaps"]);
  assert.deepEqual(shown(node), [[at(100), at(103), "run old stopped (SIGTERM)"]]);
});

test("A run that was killed covers what its last line shows, and the #gap of the next start is part of what is left", async () => {
  const killed = run("old").start(0).stats(60).events(70, 2);
  const node = await together(killed, run("new").start(90).gap(91, 75, "restart").stop(200));
  assert.deepEqual(node.causes, ["gaps"]);
  assert.deepEqual(shown(node), [[at(70.000001), at(91), "run old ends without #stop", "#gap restart"]]);
});

test("A run that was killed while it was behind covers what the #gap of the next start leaves of it", async () => {
  const killed = run("old").start(0).stats(60).events(70, 2);
  const node = await together(killed, run("new").start(90).gap(91, 65, "restart").stop(200));
  assert.deepEqual(shown(node), [[at(65), at(91), "run old ends without #stop", "#gap restart"]]);
  const beside = run("other").start(50).stop(120);
  assert.deepEqual(
    shown(await together(killed, beside, run("new").start(90).gap(91, 65, "restart").stop(200))),
    [],
  );
});

test("What one run left out another may have seen", async () => {
  const broken = run("old").start(0).stats(60).gap(80, 70, "bpftrace-ended").stop(100);
  const node = await together(broken, run("new").start(65).stop(200));
  assert.deepEqual([node.complete, node.gaps], [true, []]);
  assert.deepEqual(node.runs[0]?.gaps, [{ from: at(70), to: at(80), reason: "bpftrace-ended" }]);
  const shorter = await together(broken, run("new").start(75).stop(200));
  assert.deepEqual(shown(shorter), [[at(70), at(75), "#gap bpftrace-ended"]]);
});

test("A gap at a stop ends the time that was watched", async () => {
  const node = await together(run("one").start(0).gap(100, 95, "behind-at-stop").stop(100));
  assert.deepEqual([node.causes, node.to], [["gaps"], at(95)]);
  assert.deepEqual(shown(node), [[at(95), at(100), "#gap behind-at-stop"]]);
});

test("A gap that began before the log is a gap all the same", async () => {
  const node = await together(run("one").start(100).gap(101, 40, "restart").stop(200));
  assert.deepEqual([node.causes, shown(node)], [["gaps"], [[at(40), at(101), "#gap restart"]]]);
});

test("Where the clock was set back between two runs, what the first saw does not cover the gap", async () => {
  const node = await together(
    run("old").start(0).stop(100),
    run("new").start(50).gap(51, 100, "restart").stop(90),
  );
  assert.deepEqual(node.causes, ["gaps"]);
  assert.deepEqual(shown(node), [
    [at(51), at(100), "#gap restart, which begins behind its end: the clock was set back"],
  ]);
});

test("A gap of which nobody knows the beginning reaches back to an earlier run, and to nothing without one", async () => {
  const later = run("new").start(100).gap(101, "unknown", "start").stop(200);
  const fresh = await together(later);
  assert.deepEqual([fresh.complete, fresh.from, shown(fresh)], [true, at(100), []]);
  assert.deepEqual(fresh.runs[0]?.gaps, [{ to: at(101), reason: "start" }]);
  assert.deepEqual(shown(await together(run("old").start(0).stop(95), later)), [
    [at(95), at(101), "run old stopped (SIGTERM)", "#gap start"],
  ]);
  const overlapping = await together(run("old").start(0).stop(150), later);
  assert.deepEqual([overlapping.complete, overlapping.gaps], [true, []]);
});

test("A run whose beginning is lost between two others leaves a gap", async () => {
  const { lines } = run("new").start(101).events(102, 5).stop(200);
  const node = await together(run("old").start(0).stop(100), lines.slice(3).join(""));
  assert.deepEqual(node.causes, ["gaps"]);
  assert.deepEqual(shown(node), [
    [at(100), at(102.000002), "run old stopped (SIGTERM)", "run new begins at seq 4"],
  ]);
});

test("A run that is all gap was watched for no time", async () => {
  const node = await together(run("one").start(100).gap(101, 40, "restart"));
  assert.deepEqual([node.from, node.to, node.causes], [at(101), at(101), ["gaps", "no-stats"]]);
  assert.deepEqual(shown(node), [[at(40), at(101), "#gap restart"]]);
});

test("A run watches from its #start on, whatever it wrote before", async () => {
  const slow = run("slow").stats(100).stats(102).start(103).stop(200);
  const alone = await together(slow);
  assert.deepEqual([alone.complete, alone.from, alone.to], [true, at(103), at(200)]);
  const after = await together(run("old").start(0).stop(101), slow);
  assert.deepEqual(shown(after), [[at(101), at(103), "run old stopped (SIGTERM)"]]);
  const { lines } = slow;
  const cut = await together(lines.slice(1).join(""));
  assert.deepEqual([cut.complete, cut.from], [true, at(103)]);
});

test("A single line was watched for no time, and is no gap", async () => {
  const { lines } = run("one").start(0).stats(60).events(61, 1).stats(120);
  const node = await together(lines.slice(3).join(""));
  assert.deepEqual([node.complete, node.from, node.to], [true, at(120), at(120)]);
});

test("A run of which only the start was seen leaves a gap behind it", async () => {
  const node = await together(run("old").start(0), run("new").start(50).stop(100));
  assert.deepEqual(shown(node), [[at(0), at(50), "run old ends without #stop"]]);
});

test("A run that never began to watch is a gap", async () => {
  const blind = run("blind").stats(100).stats(160);
  const alone = await together(blind);
  assert.deepEqual([alone.causes, shown(alone)], [["gaps"], [[at(100), at(160), "run blind has no #start"]]]);
  const after = await together(run("old").start(0).stop(95), blind);
  assert.deepEqual(after.causes, ["gaps"]);
  assert.deepEqual([after.from, after.to], [at(0), at(95)]);
  assert.deepEqual(shown(after), [[at(95), at(160), "run old stopped (SIGTERM)", "run blind has no #start"]]);
});

test("Nodes are judged apart", async () => {
  const good = new WrittenRun({ node: "good" }).start(0).stop(100);
  const bad = new WrittenRun({ node: "bad" }).start(0).stop(100);
  const { complete, nodes } = await verifyText(`${good.text}${bad.lines[0]}${bad.lines[2]}`);
  assert.equal(complete, false);
  assert.deepEqual(
    nodes.map(({ node, causes }) => [node, causes]),
    [
      ["bad", ["holes", "no-stats"]],
      ["good", []],
    ],
  );
});

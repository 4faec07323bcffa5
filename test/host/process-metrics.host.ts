import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { METRICS } from "../../src/account/metrics.ts";
import { isField, readExposition, type Series, valueIn, valueOfField } from "../account/exposition.ts";
import { lacking } from "../facilities.ts";
import { until } from "../probe/until.ts";
import { promtool } from "../promtool.ts";
import { freePort, listen, Netlog } from "./process-netlog.ts";

const skip = lacking("bpftrace");

async function start(t: TestContext, more = "") {
  const port = await freePort();
  const netlog = await Netlog.start(t, { config: `http: { listen: "127.0.0.1:${port}" }\n${more}` });
  await netlog.attached();
  await netlog.line("#start");
  const text = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return { netlog, text, scrape: async () => readExposition(await text()) };
}

/** How many lines there were, the stream's own records too: the number of the last one. */
const numberOf = (series: readonly Series[]) =>
  (valueIn(series, "netlog_lines_total") ?? 0) + (valueIn(series, "netlog_stream_records_total") ?? 0);

test("What /metrics says before and after a #stats record has the record's counters between them", {
  skip,
}, async (t) => {
  const { netlog, scrape } = await start(t, "stats: { every: 1s }\nfilters: [{ preset: loopback }]");
  const { dial } = await listen(t);
  for (let n = 0; n < 20; n++) await dial();
  const filtered = async () => valueIn(await scrape(), "netlog_events_filtered_total", "loopback") ?? 0;
  await until("the connections are counted", async () => (await filtered()) >= 20);
  const before = await scrape();
  const stats = await until("a #stats record after the first scrape", () =>
    netlog.read().find((line) => line.record === "#stats" && numberIn(line.fields["seq"]) > numberOf(before)),
  );
  const after = await scrape();
  assert.ok(numberIn(stats.fields["seq"]) <= numberOf(after));

  let compared = 0;
  for (const [name, text] of Object.entries(stats.fields)) {
    if (name === "seq") continue;
    const metric = METRICS.find(({ field }) => isField(field, name));
    assert.ok(metric, name);
    const [least, most] = [before, after].map((series) => valueOfField(series, metric, name));
    // What the kernel skipped is unknown until that has been read for the first time, and never again after it.
    const isKnownLater = name === "missed" && least === undefined;
    if (text === "unknown") {
      assert.ok(least === undefined && (most === undefined || isKnownLater), name);
      continue;
    }
    assert.ok(most !== undefined && (least !== undefined || isKnownLater), name);
    const low = least ?? 0;
    if (metric.type === "counter")
      assert.ok(low <= Number(text) && Number(text) <= most, `${name}: ${low}, ${text}, ${most}`);
    compared++;
  }
  assert.ok(compared > 30, `${compared}`);
  assert.ok(Number(stats.fields["filtered.loopback"]) >= 20);
});

test("/metrics says what /readyz says, which probes are attached, what bpftrace uses, and what was a gap", {
  skip,
}, async (t) => {
  const { netlog, scrape } = await start(t);
  const ready = await until("the self-test has succeeded", async () => {
    const series = await scrape();
    const at = valueIn(series, "netlog_self_test_last_success_timestamp_seconds", "tcp.close");
    return at !== undefined && series;
  });
  const lastSuccess = valueIn(ready, "netlog_self_test_last_success_timestamp_seconds", "udp.bind") ?? 0;
  assert.ok(Math.abs(Date.now() / 1000 - lastSuccess) < 60);
  assert.equal(valueIn(ready, "netlog_ready"), 1);
  const probes = ready.filter(({ name }) => name === "netlog_probe_attached");
  assert.ok(probes.length > 4 && probes.every(({ value }) => value === 1));
  assert.ok((valueIn(ready, "netlog_bpftrace_resident_memory_bytes") ?? 0) > 10e6);
  assert.equal(valueIn(ready, "netlog_gaps_total", "bpftrace-ended"), 0);

  for (const pid of netlog.bpftrace()) process.kill(pid, "SIGKILL");
  const down = await until("it is not ready", async () => {
    const series = await scrape();
    return valueIn(series, "netlog_ready") === 0 && series;
  });
  assert.ok(down.filter(({ name }) => name === "netlog_probe_attached").every(({ value }) => value === 0));
  await netlog.line("reason=bpftrace-ended");
  const again = await scrape();
  assert.equal(valueIn(again, "netlog_ready"), 1);
  assert.equal(valueIn(again, "netlog_gaps_total", "bpftrace-ended"), 1);
  assert.equal(valueIn(again, "netlog_bpftrace_restarts_total"), 1);
});

const tool = promtool();

test("promtool finds nothing to say about the metrics of the running program", {
  skip: skip || tool.skip,
}, async (t) => {
  const { text } = await start(t);
  assert.deepEqual(tool.run(["check", "metrics"], await text()), { status: 0, output: "" });
});

function numberIn(seq: string | undefined): number {
  return Number(seq?.split("-")[1]);
}

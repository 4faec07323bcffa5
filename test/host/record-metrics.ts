import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { readExposition } from "../account/exposition.ts";

const FOLDER = join(import.meta.dirname, "../chart/courses");
/** What alerts ask for; the other metrics would make the files long and show nothing. */
const KEPT =
  /^netlog_(?:ready|build_info|(?:records_(?:lost|unparsable)|events_dropped|lines|lines_unresolved|bpftrace_restarts)_total|self_test_silent|config_last_reload_successful|api_(?:synced|watch_live|last_heard_age_seconds))$/;

/** A series' values, one a second, each with how many times it came running; null: there was none. */
type Values = [value: number | null, times: number][];

/** Asks for netlog's metrics once a second until the test ends, and keeps them in a file named for the test. */
export function recordMetrics(t: TestContext, port: number): void {
  const course: Record<string, Values> = {};
  let seconds = 0;
  const scrape = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined);
    if (response === undefined) return; // netlog does not run, or not yet
    const now = new Map<string, number>();
    for (const { name, labels, value } of readExposition(await response.text())) {
      const pairs = Object.entries(labels).map(([key, text]) => `${key}="${text}"`);
      if (KEPT.test(name)) now.set(`${name}{${pairs.join(",")}}`, Math.round(value));
    }
    for (const series of new Set([...Object.keys(course), ...now.keys()])) {
      course[series] ??= seconds === 0 ? [] : [[null, seconds]];
      append(course[series], now.get(series) ?? null);
    }
    seconds++;
  };
  const timer = setInterval(scrape, 1000);
  t.after(async () => {
    clearInterval(timer);
    const texts = Object.entries(course).map(([series, values]) => [
      series,
      values.map(([value, times]) => `${value ?? "_"}*${times}`).join(" "),
    ]);
    const name = t.name.replace(/:.*/, "").replace(/\W+/g, "-").replace(/-$/, "");
    await writeFile(join(FOLDER, `${name}.json`), `${JSON.stringify(Object.fromEntries(texts), null, 2)}\n`);
  });
}

function append(values: Values, value: number | null): void {
  const last = values.at(-1);
  if (last?.[0] === value) last[1]++;
  else values.push([value, 1]);
}

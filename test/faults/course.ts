import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { readExposition } from "../account/exposition.ts";
import { freePort, Netlog } from "../host/process-netlog.ts";

const FOLDER = join(import.meta.dirname, "courses");
/** What alerts ask for; the other metrics would make the files long and show nothing. */
const KEPT =
  /^netlog_(?:ready|build_info|(?:records_(?:lost|unparsable)|events_dropped|lines|lines_unresolved|bpftrace_restarts)_total|self_test_silent|config_last_reload_successful|api_(?:synced|watch_live|last_heard_age_seconds))$/;

/** A series' values, one a second, each with how many times it came running; null: there was none. */
type Values = [value: number | null, times: number][];
/** How netlog's metrics went through a fault: by series, written as Prometheus writes them. */
export type Course = Readonly<Record<string, Values>>;

export async function readCourse(fault: string): Promise<Course> {
  const course: Record<string, string> = JSON.parse(await readFile(fileOf(fault), "utf8"));
  return Object.fromEntries(Object.entries(course).map(([series, values]) => [series, readValues(values)]));
}

/** `0*12 _*3 7*1`: twelve times 0, three times nothing, 7. */
function readValues(text: string): Values {
  return text.split(" ").map((one) => {
    const [value = "", times] = one.split("*");
    return [value === "_" ? null : Number(value), Number(times)];
  });
}

function writeValues(values: Values): string {
  return values.map(([value, times]) => `${value ?? "_"}*${times}`).join(" ");
}

/**
 * Starts netlog, and waits until its probes are attached. With NETLOG_TEST_RECORD=1 its metrics are asked for once a
 * second until the test ends, and kept.
 */
export async function startRecorded(
  t: TestContext,
  fault: string,
  { config, env = {} }: { readonly config: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Netlog> {
  const port = await freePort();
  const listen = `http: { listen: "127.0.0.1:${port}" }`;
  const netlog = await Netlog.start(t, { config: `${config}\n${listen}`, env });
  await netlog.attached();
  await netlog.line("#start");
  if (process.env["NETLOG_TEST_RECORD"] === "1") record(t, fault, `http://127.0.0.1:${port}/metrics`);
  return netlog;
}

function record(t: TestContext, fault: string, url: string): void {
  const course: Record<string, Values> = {};
  let seconds = 0;
  const scrape = async () => {
    const response = await fetch(url).catch(() => undefined); // netlog has ended
    if (response === undefined) return;
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
    await mkdir(FOLDER, { recursive: true });
    const texts = Object.entries(course).map(([series, values]) => [series, writeValues(values)]);
    await writeFile(fileOf(fault), `${JSON.stringify(Object.fromEntries(texts), null, 2)}\n`);
  });
}

function append(values: Values, value: number | null): void {
  const last = values.at(-1);
  if (last?.[0] === value) last[1]++;
  else values.push([value, 1]);
}

function fileOf(fault: string): string {
  return join(FOLDER, `${fault.replace(/\W+/g, "-").replace(/-$/, "")}.json`);
}

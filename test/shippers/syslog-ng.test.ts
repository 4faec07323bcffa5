import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { jsonFormatter } from "../../src/format/json.ts";
import { textFormatter } from "../../src/format/text.ts";
import { event, stamp } from "../format/arbitrary.ts";
import { origin } from "../format/arbitrary-origin.ts";
import { lines, OPTIONS } from "../format/samples.ts";
import { unquote } from "../scenario/read-line.ts";
import { asCri } from "./cri.ts";
import { expectedHead, expectedTime } from "./expected-text.ts";
import { parser } from "./fluent-bit-files.ts";
import { block } from "./page.ts";
import { lackingSyslogNg, ship } from "./syslog-ng.ts";

const skip = lackingSyslogNg();
const folder = await mkdtemp(join(tmpdir(), "netlog-pods-"));
after(() => rm(folder, { recursive: true }));

/** A node's folder of log files: one of netlog's container, and whatever else there is. */
async function node(name: string, files: Readonly<Record<string, Buffer | string>>): Promise<string> {
  const pods = join(folder, name);
  for (const [file, content] of Object.entries(files)) {
    await mkdir(join(pods, file, ".."), { recursive: true });
    await writeFile(join(pods, file), content);
  }
  return pods;
}
const NETLOG = "netlog_netlog-x7v2p_0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f/netlog/0.log";

/**
 * syslog-ng's own limits, none of which a name of the kernel's or of Kubernetes' reaches: text ends before a NUL, and
 * of characters beyond U+FFFF that have no meaning some come out as U+FFFD.
 */
function withinLimits(text: string): string {
  const [start = ""] = text.split("\0", 1);
  return start.replace(/[\u{10000}-\u{10ffff}]/gu, (character) =>
    /\p{C}/u.test(character) ? "\ufffd" : character,
  );
}

function inOrder(record: object): string[][] {
  return Object.entries(record)
    .map(([key, value]) => [key, withinLimits(String(value))])
    .toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1));
}

/** Other lines each time; a failure tells the seed. */
const seed = Math.floor(Math.random() * 0x7fff_ffff);
const events = (count: number) => fc.sample(fc.tuple(event, origin, stamp), { numRuns: count, seed });

test("syslog-ng ships JSON lines as they are, hostile ones among them", { skip }, async () => {
  const formatter = jsonFormatter(OPTIONS);
  const written = events(3000).map(([event, origin, stamp]) => formatter.event(event, origin, stamp));
  const { records, others } = await ship(await node("json", { [NETLOG]: asCri(written.join("")) }));
  assert.deepEqual(others, []);
  assert.equal(records.length, written.length);
  for (const [index, line] of written.entries()) {
    assert.deepEqual(inOrder(records[index] as object), inOrder(JSON.parse(line)), `seed ${seed}: ${line}`);
  }
});

test("syslog-ng takes the head of text lines apart and keeps the rest as it is", { skip }, async () => {
  const formatter = textFormatter(OPTIONS);
  const cases = events(3000);
  const written = cases.map(([event, origin, stamp]) => formatter.event(event, origin, stamp));
  const { records, others } = await ship(await node("text", { [NETLOG]: asCri(written.join("")) }));
  assert.deepEqual(others, []);
  assert.equal(records.length, written.length);
  for (const [index, [event, , stamp]] of cases.entries()) {
    const { comm = "", rest, ...found } = records[index] ?? {};
    const { comm: name, ...head } = expectedHead(event);
    const why = `seed ${seed}: ${written[index]}`;
    assert.deepEqual(found, { time: expectedTime(stamp), node: OPTIONS.node, ...head }, why);
    assert.equal(unquote(comm).toString("latin1"), name, why);
    assert.ok(rest !== undefined && written[index]?.endsWith(` (uid=${head["uid"]}) ${rest}\n`), why);
  }
});

test("syslog-ng ships all of a node's netlog and nothing else", { skip }, async () => {
  const [text, json] = [lines(textFormatter(OPTIONS)), lines(jsonFormatter(OPTIONS))];
  const foreign = '{"event":"tcp.connect","seq":1}\n';
  const message = '{"level":30,"msg":"watching"}\n';
  const pods = await node("mixed", {
    [NETLOG]: Buffer.concat([asCri(message, { stream: "stderr" }), asCri(text.join(""))]),
    "netlog_netlog-9k2lm_1f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f/netlog/1.log": asCri(json.join("")),
    "netlog_netlog-9k2lm_1f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f/other/0.log": asCri(foreign),
    "shop_netlog_2f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f/netlog/0.log": asCri(foreign),
    "netlog_netlog-cut_3f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f/netlog/0.log": asCri(text[2] ?? "", {
      partBytes: 100,
    }),
  });
  const { records, others } = await ship(pods);
  const textRecords = records.filter(({ time }) => time !== undefined);
  assert.deepEqual(
    textRecords.map(({ rest }) => /seq=mb3x9k-(.*)$/.exec(rest ?? "")?.[1]),
    text.map((_, index) => String(index + 1)),
  );
  const jsonRecords = records.filter(({ timestamp }) => timestamp !== undefined);
  assert.deepEqual(
    jsonRecords.map(({ seq }) => seq),
    json.map((_, index) => String(index + 1)),
  );
  assert.equal(records.length, text.length + json.length);
  // The message, two foreign lines, and a line of netlog's in two parts, as no runtime writes it.
  assert.equal(others.length, 5);
});

test("syslog-ng's configuration matches by the chart's own expression", () => {
  assert.ok(block("syslog-ng").includes(`patterns('${parser("netlog")["regex"]}')`));
});

import assert from "node:assert/strict";
import { appendFile, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { jsonFormatter } from "../../src/format/json.ts";
import { textFormatter } from "../../src/format/text.ts";
import { event, stamp } from "../format/arbitrary.ts";
import { origin } from "../format/arbitrary-origin.ts";
import { lines, OPTIONS } from "../format/samples.ts";
import { asCri } from "./cri.ts";
import { lackingRsyslog, ship } from "./rsyslog.ts";

const skip = lackingRsyslog();
const folder = await mkdtemp(join(tmpdir(), "netlog-pods-"));
after(() => rm(folder, { recursive: true }));
const [TEXT, JSON_LINES] = [lines(textFormatter(OPTIONS)), lines(jsonFormatter(OPTIONS))];

const NETLOG = "netlog_netlog-x7v2p_0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f/netlog/0.log";

/** A node's folder of log files. */
async function node(name: string, files: Readonly<Record<string, Buffer>>): Promise<string> {
  const pods = join(folder, name);
  for (const [file, content] of Object.entries(files)) {
    await mkdir(join(pods, dirname(file)), { recursive: true });
    await writeFile(join(pods, file), content);
  }
  return pods;
}

/**
 * rsyslog's limits, none of which a name of the kernel's or of Kubernetes' reaches: text ends before a NUL, and of
 * characters beyond U+FFFF that have no meaning some come out as U+FFFD.
 */
function withinLimits(line: unknown): unknown {
  const meaningless = (character: string) => (/\p{C}/u.test(character) ? "\ufffd" : character);
  return JSON.parse(JSON.stringify(line), (_, value: unknown) =>
    typeof value === "string"
      ? value.split("\0", 1)[0]?.replace(/[\u{10000}-\u{10ffff}]/gu, meaningless)
      : value,
  );
}

/** Other lines each time; a failure tells the seed. */
const seed = Math.floor(Math.random() * 0x7fff_ffff);
const some = (count: number) => fc.sample(fc.tuple(event, origin, stamp), { numRuns: count, seed });

test("rsyslog ships JSON lines as they are, hostile ones among them", { skip }, async () => {
  const formatter = jsonFormatter(OPTIONS);
  const written = some(3000).map(([event, origin, stamp]) => formatter.event(event, origin, stamp));
  const { records, others } = await ship(await node("json", { [NETLOG]: asCri(written.join("")) }));
  assert.deepEqual([records.length, others], [written.length, []]);
  for (const [index, line] of written.entries())
    assert.deepEqual(withinLimits(records[index]), withinLimits(JSON.parse(line)), `seed ${seed}: ${line}`);
});

test("rsyslog ships text lines whole, hostile ones among them", { skip }, async () => {
  const formatter = textFormatter(OPTIONS);
  const written = some(3000).map(([event, origin, stamp]) => formatter.event(event, origin, stamp));
  const { records, others } = await ship(await node("text", { [NETLOG]: asCri(written.join("")) }));
  assert.deepEqual(others, []);
  assert.deepEqual(
    records.map(({ line }) => `${line}\n`),
    written,
    `seed ${seed}`,
  );
});

test("rsyslog ships all of a node's netlog and nothing else", { skip }, async () => {
  const foreign = '{"event":"tcp.connect","seq":1}\n';
  const message = '{"level":30,"msg":"watching"}\n';
  const pods = await node("mixed", {
    [NETLOG]: Buffer.concat([asCri(message, { stream: "stderr" }), asCri(TEXT.join(""))]),
    "netlog_netlog-9k2lm_1f1e2d3c/netlog/1.log": asCri(JSON_LINES.join("")),
    "netlog_netlog-9k2lm_1f1e2d3c/other/0.log": asCri(foreign),
    "shop_netlog_2f1e2d3c/netlog/0.log": asCri(foreign),
    // As no runtime writes a line of netlog's.
    "netlog_netlog-cut_3f1e2d3c/netlog/0.log": asCri(TEXT[2] ?? "", { partBytes: 100 }),
  });
  const { records, others } = await ship(pods);
  assert.deepEqual(
    records.filter(({ line }) => line !== undefined).map(({ line }) => `${line}\n`),
    TEXT,
  );
  assert.deepEqual(
    records.filter(({ line }) => line === undefined),
    JSON_LINES.map((line) => JSON.parse(line)),
  );
  assert.deepEqual(others.map((line) => line.split(" ").slice(1, 3).join(" ")).sort(), [
    "stderr F",
    "stdout F",
    "stdout P",
  ]);
});

test("Both labels of a namespace, app and app.kubernetes.io/name, arrive", { skip }, async () => {
  const keys = ["k8s.namespace.label.app", "k8s.namespace.label.app.kubernetes.io/name"] as const;
  const process = { pid: 1, uid: 0, comm: "dig" };
  const socket = { kind: "udp.bind", bootUs: 0, netns: 1, cgroup: 1, conn: "7" } as const;
  const line = jsonFormatter(OPTIONS).event(
    { ...socket, process, local: { address: "10.1.0.7", port: 53 } },
    {
      namespaceLabels: [
        ["app", "web"],
        ["app.kubernetes.io/name", "shop-web"],
      ],
    },
    { utcUs: 0, n: 1 },
  );
  const { records } = await ship(await node("labels", { [NETLOG]: asCri(line) }));
  assert.deepEqual([records[0]?.[keys[0]], records[0]?.[keys[1]]], ["web", "shop-web"]);
});

test("A file that the kubelet rotates loses nothing, written to until the runtime opens the new one", {
  skip,
}, async () => {
  const formatter = jsonFormatter(OPTIONS);
  const written = some(4000).map(([event, origin], n) =>
    formatter.event(event, origin, { utcUs: 0, n: n + 1 }),
  );
  const part = (from: number, to: number) => asCri(written.slice(from, to).join(""));
  const pods = await node("rotated", { [NETLOG]: part(0, 100) });
  const file = join(pods, NETLOG);
  const meanwhile = async () => {
    const rotated = `${file}.20261122-103126`;
    await appendFile(file, part(100, 2000));
    await rename(file, rotated);
    await appendFile(rotated, part(2000, 3000));
    await writeFile(file, part(3000, 4000));
  };
  const { records } = await ship(pods, { meanwhile });
  assert.deepEqual(
    records.map(({ seq }) => seq),
    written.map((_, index) => index + 1),
  );
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { rename, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { test } from "node:test";
import { lacking } from "../facilities.ts";
import { until } from "../probe/until.ts";
import { bindManyIn, hierarchyTop, makeGroup } from "./control-groups.ts";
import { freePort, listen, Netlog } from "./process-netlog.ts";

const skip = lacking("bpftrace");
const top = await hierarchyTop();
const skipPods = skip || (top === undefined && "the control groups are not mounted here as a whole");

test("Rules drop what they fit and nothing else, and count it under their names", { skip }, async (t) => {
  const [dropped, kept] = [await listen(t), await listen(t)];
  const config = `filters:
- { name: not-this-one, action: keep, event: tcp.connect, peerPort: ${kept.port}, comm: "no*" }
- { name: clients, action: drop, event: [tcp.connect, tcp.close], peerPort: ${dropped.port}, peerAddress: 127.0.0.0/8 }
- { name: servers, action: drop, localPort: "${dropped.port}-${dropped.port}", localAddress: 127.0.0.1 }
- { name: nobody, action: drop, uid: 4294967294 }
`;
  const netlog = await Netlog.start(t, { config: `kubernetes: 'off'\n${config}` });
  await netlog.attached();
  const gone = await dialAll(dropped.dial, 20);
  const there = await dialAll(kept.dial, 20);
  for (const text of there) await netlog.line(text.replace("->", "<->"));
  const stats = await stop(netlog);

  const all = netlog.lines.join("\n");
  assert.deepEqual(
    gone.filter((text) => all.includes(text)),
    [],
  );
  assert.ok(!all.includes(`127.0.0.1:${dropped.port} `), "no end of a connection to that port has a line");
  for (const [text, count] of tally(there)) assert.equal(linesWith(netlog, text), count, text);
  // Of each connection: connect and close of the client, accept and close of the server.
  assert.deepEqual(
    ["clients", "servers", "nobody", "not-this-one"].map((rule) => stats[`filtered.${rule}`]),
    ["40", "40", "0", undefined],
  );
  assertSum(stats);
});

test("The configuration is taken up while connections are made: none is lost, none is written twice, and a bad file is kept out", {
  skip,
}, async (t) => {
  const [filtered, other] = [await listen(t), await listen(t)];
  const netlog = await Netlog.start(t, { config: "kubernetes: 'off'\n" });
  await netlog.attached();
  const change = async (text: string) => {
    await writeFile(`${netlog.configFile}.new`, `kubernetes: 'off'\n${text}`);
    await rename(`${netlog.configFile}.new`, netlog.configFile);
  };
  const said = (text: string) => until(`netlog says ${text}`, () => netlog.stderr.includes(text), 30);

  const made: string[] = [];
  let isOver = false;
  const traffic = (async () => {
    while (!isOver) made.push(await filtered.dial(), await other.dial());
  })();

  const rule = `filters: [{ name: one-port, action: drop, event: tcp.connect, peerPort: ${filtered.port} }]\n`;
  await change(rule);
  await said("changed: filters in effect");
  // Whatever is made from here on is under the rule, the two that are being made now apart.
  const begin = made.length + 2;
  await until("some are made", () => made.length > begin + 40, 30);
  const bad = `${rule}log:\n  level: loud\n`;
  await change(bad);
  await said(`${netlog.configFile}:4:10: \`log.level\` is \\"loud\\"`);
  const end = made.length;
  const later = await until("one is made after it", () =>
    made.slice(end).find((text) => !text.endsWith(`:${filtered.port}`)),
  );
  await netlog.line(later); // so all those before it have been judged
  await change("events: [tcp.connect]\nlabels: { pod: { include: ['*'] } }\n");
  await said("events changed in");
  await said("changed: labels, filters in effect");
  const without = made.length + 2;
  await until("some more are made", () => made.length > without + 40, 30);
  isOver = true;
  await traffic;
  const stats = await stop(netlog);

  let dropped = 0;
  for (const [text, count] of tally(made)) {
    const written = linesWith(netlog, text);
    const madeIn = (from: number, to?: number) => made.slice(from, to).filter((one) => one === text).length;
    if (text.endsWith(`:${filtered.port}`)) {
      assert.ok(written <= count - madeIn(begin, end), `${text}: the rule was in effect`);
      assert.ok(written >= madeIn(without), `${text}: the rule was gone`);
      dropped += count - written;
    } else assert.equal(written, count, text);
  }
  assert.ok(dropped >= 20, "as many at least were made under the rule");
  assert.equal(stats["filtered.earlier-rules"], String(dropped));
  const named = netlog.read().findLast(({ fields }) => fields["filtered.one-port"] !== undefined);
  assert.equal(named?.fields["filtered.one-port"], String(dropped), "the rule's last count, as it went");
  assert.deepEqual([stats["config.reloads"], stats["config.rejected"]], ["2", "1"]);
  assertSum(stats);
});

test("A pod over its limit loses lines that are counted and told, and the host none", {
  skip: skipPods,
}, async (t) => {
  const uid = "0d5f0a0c-6b0e-4f0a-9d1c-9f3c8f2d6f12";
  const group = await makeGroup(t, top as string, `kubepods/burstable/pod${uid}/${"ab".repeat(32)}`);
  const { dial } = await listen(t);
  const netlog = await Netlog.start(t, {
    config: "kubernetes: 'off'\nlimits: { linesPerSecondPerPod: 3 }",
  });
  await netlog.attached();
  const ports = await bindManyIn(group, 200);
  const ofHost = await dialAll(dial, 50);
  for (const text of ofHost) await netlog.line(text.replace("->", "<->"));
  const stats = await stop(netlog);

  let written = 0;
  for (const [port, count] of tally(ports)) {
    for (const text of [`UDP bind 127.0.0.1:${port}`, `UDP 127.0.0.1:${port} <->`]) {
      const lines = linesWith(netlog, text);
      assert.ok(lines <= count, text);
      written += lines;
    }
  }
  const limited = netlog.read().filter(({ record }) => record === "#limited");
  assert.ok(limited.length > 0);
  assert.deepEqual([...new Set(limited.map(({ fields }) => fields["pod_uid"]))], [uid]);
  const told = limited.reduce((sum, { fields }) => sum + Number(fields["dropped"]), 0);
  assert.equal(written + told, 400, "a bind and an end of each socket");
  assert.equal(stats["dropped.limited"], String(told));
  for (const [text, count] of tally(ofHost)) assert.equal(linesWith(netlog, text), count, text);
  assertSum(stats);
});

test("With the preset netlog-itself its answers over HTTP have no lines, and who asked has", {
  skip,
}, async (t) => {
  const port = await freePort();
  const netlog = await Netlog.start(t, {
    config: `kubernetes: 'off'\nhttp: { listen: "127.0.0.1:${port}" }\nfilters: [{ preset: netlog-itself }]`,
  });
  await netlog.attached();
  const asked = await dialAll(() => ask(port), 5);
  for (const text of asked) await netlog.line(text.replace("->", "<->"));
  const stats = await stop(netlog);
  assert.equal(
    netlog.read().filter((line) => line.record === undefined && line.pid === netlog.pid).length,
    0,
  );
  assert.equal(stats["filtered.netlog-itself"], "10", "an accept and a close of each");
  assertSum(stats);
});

/** One after the other, so that the listener's queue never overflows. */
async function dialAll(dial: () => Promise<string>, count: number): Promise<string[]> {
  const made: string[] = [];
  for (let n = 0; n < count; n++) made.push(await dial());
  return made;
}

async function ask(port: number): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const text = `TCP 127.0.0.1:${socket.localPort} -> 127.0.0.1:${port}`;
  socket.end("GET /livez HTTP/1.0\r\n\r\n").resume();
  await once(socket, "close");
  return text;
}

function linesWith({ lines }: Netlog, text: string): number {
  return lines.filter((line) => line.includes(`${text} `)).length;
}

/** How often each was made: the kernel gives a port again as soon as it is free. */
function tally<T>(made: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const one of made) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts;
}

/** Ends netlog; returns the fields of its last #stats. */
async function stop(netlog: Netlog): Promise<Readonly<Record<string, string>>> {
  netlog.child.kill("SIGTERM");
  assert.equal((await netlog.ended).code, 0, netlog.stderr);
  return netlog.read().findLast(({ record }) => record === "#stats")?.fields ?? {};
}

function assertSum(stats: Readonly<Record<string, string>>): void {
  const sum = (prefix: RegExp) =>
    Object.entries(stats).reduce((total, [key, value]) => total + (prefix.test(key) ? Number(value) : 0), 0);
  assert.equal(sum(/^events\./), sum(/^(?:lines$|filtered\.|dropped\.)/));
}

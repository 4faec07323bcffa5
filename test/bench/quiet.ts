/**
 * What it costs on a quiet machine that netlog proves its completeness: the same netlog with and without each part,
 * one after the other in several rounds. On the machine it is started on:
 *
 *     node test/bench/quiet.ts [SECONDS]
 *
 * prints a Markdown table. `npm run bench -- quiet` and `quiet-vm` run it.
 */
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { cpuMs } from "./process.ts";
import { Run } from "./run.ts";
import { markdownTable } from "./table.ts";

const MAIN = join(import.meta.dirname, "../../src/main.ts");
const ROUNDS = 3;
/** Behind the start's compiling and its first self-test. */
const SETTLE_MS = 8000;

/** bpftrace whose heart beats every ten seconds: without any beat netlog would take it for dead. */
const SLOW_HEART = `#!/bin/bash
[ "$1" = --version ] && exec bpftrace --version
sed 's/^interval:s:1 /interval:s:10 /' >"$0.bt"
exec bpftrace "$@" <"$0.bt"
`;

type Variant = {
  readonly name: string;
  readonly config: string;
  /** Of which variant it has one part more, which is run so often in a second; and how often it is by default. */
  readonly part?: { readonly of: number; readonly perSecond: number; readonly byDefault: number };
};

const NEVER = "24h";
const variants = (slowHeart: string): readonly Variant[] => {
  const config = (stats: string, selfTest: string, more = "") =>
    `stats: { every: ${stats} }\nselfTest: { every: ${selfTest} }\n${more}`;
  const slow = `bpftrace: { path: ${slowHeart} }\n`;
  return [
    { name: "none of them, a heartbeat every 10 s", config: config(NEVER, NEVER, slow) },
    {
      name: "heartbeat, with the counters of the kernel, every second",
      config: config(NEVER, NEVER),
      part: { of: 0, perSecond: 0.9, byDefault: 1 },
    },
    {
      name: "#stats every second",
      config: config("1s", NEVER),
      part: { of: 1, perSecond: 1, byDefault: 1 / 60 },
    },
    {
      name: "self-test every second",
      config: config(NEVER, "1s"),
      part: { of: 1, perSecond: 1, byDefault: 1 / 30 },
    },
  ];
};

export async function measureQuiet(seconds: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "netlog-quiet-"));
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  const slowHeart = join(folder, "bpftrace");
  await writeFile(slowHeart, SLOW_HEART);
  await chmod(slowHeart, 0o755);
  const all = variants(slowHeart);
  const sums = all.map(() => ({ node: 0, bpftrace: 0 }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, { name, config }] of all.entries()) {
      const ms = await msPerSecond(folder, config, seconds);
      process.stderr.write(`round ${round + 1}: ${name}: ${JSON.stringify(ms)}\n`);
      for (const part of ["node", "bpftrace"] as const)
        (sums[index] as Record<typeof part, number>)[part] += (ms[part] ?? Number.NaN) / ROUNDS;
    }
  }
  const rows = all.map(({ name, part }, index) => {
    const { node, bpftrace } = sums[index] ?? { node: 0, bpftrace: 0 };
    const cells = [name, node.toFixed(2), bpftrace.toFixed(2)];
    if (part === undefined) return [...cells, "–", "–"];
    const without = sums[part.of] ?? { node: 0, bpftrace: 0 };
    const one = (node + bpftrace - without.node - without.bpftrace) / part.perSecond;
    return [...cells, one.toFixed(2), (one * part.byDefault * 60).toFixed(1)];
  });
  return markdownTable(HEAD, rows);
}

const HEAD = [
  "netlog with",
  "node, CPU ms per second",
  "bpftrace, CPU ms per second",
  "one of it, CPU ms",
  "as often as by default, CPU ms per minute",
];

async function msPerSecond(folder: string, config: string, seconds: number) {
  const file = join(folder, "config.yaml");
  await writeFile(file, config);
  const command = [process.execPath, MAIN, "--config", file];
  const run = new Run({ name: "netlog", command, kinds: [], needsKprobes: false }, folder);
  try {
    await run.sees(/#start/);
    await delay(SETTLE_MS);
    const before = cpuMs(run.pid);
    await delay(seconds * 1000);
    const after = cpuMs(run.pid);
    await run.stop();
    return Object.fromEntries(
      Object.entries(after).map(([name, ms]) => [name, (ms - (before[name] ?? 0)) / seconds]),
    );
  } finally {
    run.child.kill("SIGKILL");
  }
}

if (import.meta.main) process.stdout.write(await measureQuiet(Number(process.argv[2] ?? 30)));

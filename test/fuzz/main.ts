// `npm run fuzz -- MINUTES [TARGET …]`: fuzzes the targets one after the other, each for its share of the time, and
// prints what was run. Ends with 1 where something was found. README.md says more.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readdir, readFile } from "node:fs/promises";
import { getPriority, setPriority } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { measureGrowth } from "./growth.ts";
import { jazzer, nodeForFuzzer } from "./runtime.ts";
import { corpusFolder, TARGETS, targetFile } from "./targets.ts";

/** What is found stays here, and is where the next time begins. */
const FOLDER = join(import.meta.dirname, "../../.cache/fuzz");
/** No input of any target has to be longer, and short ones are quick. */
const MAX_BYTES = 2048;
/** By the clock: on a busy machine an input can wait long for its turn. */
const INPUT_MS = 60_000;
/** Its own detectors look for shell commands and file names; what is instrumented is named last. */
const JAZZER_FLAGS = ["--sync", `--timeout=${INPUT_MS}`, "--disableBugDetectors=.*", "--includes"];

type Result = {
  readonly target: string;
  readonly inputs: number;
  readonly seconds: number;
  readonly kept: number;
  readonly branches: string;
  /** Bytes by which the heap grows for each input, when all that was kept is given again and again. */
  readonly growth: string;
  /** What the fuzzer said of an input that is wrong. */
  readonly found: string | undefined;
};

const [minutes, ...chosen] = process.argv.slice(2);
const unknown = chosen.filter((target) => !TARGETS.includes(target));
if (!(Number(minutes) > 0) || unknown.length > 0) {
  process.stderr.write(`Usage: npm run fuzz -- MINUTES [TARGET …]; the targets are ${TARGETS.join(", ")}\n`);
  process.exit(2);
}
setPriority(Math.max(getPriority(), 10));
const targets = chosen.length > 0 ? chosen : TARGETS;
const share = Math.max(Math.round((Number(minutes) * 60) / targets.length), 1);
const node = await nodeForFuzzer();
const cli = await jazzer();
const results: Result[] = [];
for (const target of targets) {
  const result = await fuzz(target, share);
  results.push(result);
  print(result);
}
const total = results.reduce((sum, { inputs }) => sum + inputs, 0);
process.stdout.write(`${total.toLocaleString("en-US")} inputs over ${results.length} targets\n`);
process.exit(results.some(({ found }) => found !== undefined) ? 1 : 0);

async function fuzz(target: string, seconds: number): Promise<Result> {
  const [bundle, corpus, crashes] = await prepare(target);
  const log = join(FOLDER, `${target}.log`);
  const [program, ...args] = [...node, cli, bundle, corpus, corpusFolder(target), ...JAZZER_FLAGS, bundle];
  const options = [
    `-max_total_time=${seconds}`,
    `-max_len=${MAX_BYTES}`,
    `-artifact_prefix=${crashes}/`,
    "-print_final_stats=1",
    "-reload=0",
  ];
  const started = performance.now();
  const ended = await runInto(log, program as string, [...args, "--", ...options]);
  const [said, growth] = [
    await readFile(log, "latin1"),
    await measureGrowth(bundle, corpus, corpusFolder(target)),
  ];
  const inputs = Number(/^stat::number_of_executed_units: (\d+)$/m.exec(said)?.[1] ?? 0);
  return {
    target,
    inputs,
    seconds: (performance.now() - started) / 1000,
    kept: (await readdir(corpus)).length,
    branches: [...said.matchAll(/ cov: (\d+) /g)].at(-1)?.[1] ?? "?",
    growth: `${growth.perInput.toFixed(2)} ± ${growth.error.toFixed(2)}`,
    found:
      ended === 0 && inputs > 0
        ? growth.isClear
          ? "the heap grows with the inputs"
          : undefined
        : [
            `it ended with ${ended}; all that it said is in ${log}`,
            ...said.split("\n").filter(isTelling),
          ].join("\n"),
  };
}

/** The target as one file, which the fuzzer instruments when it is loaded; packages are left as they are. */
async function prepare(target: string): Promise<readonly [bundle: string, corpus: string, crashes: string]> {
  const [corpus, crashes] = [join(FOLDER, "corpus", target), join(FOLDER, "crashes", target)];
  const bundle = join(FOLDER, "bundles", `${target}.cjs`);
  await Promise.all([corpus, crashes].map((folder) => mkdir(folder, { recursive: true })));
  await build({
    entryPoints: [targetFile(target)],
    outfile: bundle,
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node24",
    format: "cjs",
    logLevel: "warning",
  });
  return [bundle, corpus, crashes];
}

/** Runs a program to its end, its output into a file: in a pipe that is full, what the fuzzer's native part says is lost. */
async function runInto(file: string, program: string, args: readonly string[]): Promise<number | string> {
  const output = await open(file, "w");
  try {
    const child = spawn(program, args, { stdio: ["ignore", output.fd, output.fd] });
    const [code, signal] = (await once(child, "close")) as [number | null, string | null];
    return code ?? signal ?? "nothing";
  } finally {
    await output.close();
  }
}

/** Not the fuzzer's progress. */
function isTelling(line: string): boolean {
  return line !== "" && !/^(?:INFO|#\d+\t|stat::|Dictionary|#####|"|Done |Skip loading )/.test(line);
}

function print({ target, inputs, seconds, kept, branches, growth, found }: Result): void {
  const rate = Math.round(inputs / seconds).toLocaleString("en-US");
  process.stdout.write(
    `${target.padEnd(14)} ${inputs.toLocaleString("en-US").padStart(11)} inputs in ${seconds.toFixed(0)} s (${rate}/s), ` +
      `${branches} branches reached, corpus ${kept}, heap ${growth} bytes an input${found === undefined ? "" : `\nFOUND in ${target}:\n${found}`}\n`,
  );
}

/**
 * Runs the watchers one after the other, each under the same loads, on the machine it is started on:
 *
 *     node test/bench/measure.ts native|vm LOAD TOOLS RESULT
 *
 * LOAD is the compiled load.c, TOOLS the folder of libbpf-tools' programs; RESULT gets an `Outcome` as JSON.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import { type Observation, observe, sustain } from "./observe.ts";
import { PLANS, type PlanName } from "./plans.ts";
import { type Watcher, watchers, whyNot } from "./watchers.ts";

export type Outcome = {
  readonly kernel: string;
  readonly node: string;
  /** In the order of running. */
  readonly observations: readonly Observation[];
  /** Why a watcher was left out, by its name. */
  readonly skipped: Readonly<Record<string, string>>;
};

/** Rounds go through the watchers forwards and backwards, so that what changes with time favours nobody. */
export async function measure(planName: PlanName, load: string, tools: string): Promise<Outcome> {
  const plan = PLANS[planName];
  const folder = await mkdtemp(join(tmpdir(), "netlog-bench-"));
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  const config = join(folder, "netlog.yaml");
  await writeFile(config, "");

  // Its libraries are 270 MB, which the first to start it would have to wait for alone.
  spawnSync("bpftrace", ["-e", "BEGIN { exit(); }"], { stdio: "ignore" });
  const all = watchers({ config, tools });
  const skipped: Record<string, string> = {};
  const observations: Observation[] = [];
  for (let round = 0; round < plan.rounds; round++) {
    for (const watcher of round % 2 === 0 ? all : all.toReversed()) {
      skipped[watcher.name] ??= whyNot(watcher) ?? "";
      if (performance.now() > plan.limitSeconds * 1000) skipped[watcher.name] ||= "the time was over";
      if (skipped[watcher.name] !== "") continue;
      say(`round ${round + 1}: ${watcher.name}`);
      const quietSeconds = round === 0 ? plan.quietSeconds : 0;
      await attempt(watcher).catch((error: Error) => {
        skipped[watcher.name] = error.message.trim();
        say(`${watcher.name}: ${error.message}`);
      });

      async function attempt({ command }: Watcher): Promise<void> {
        const options = { folder, load, loads: plan.loads, quietSeconds };
        observations.push(
          await (command.length === 0 ? sustain(watcher, options) : observe(watcher, options)),
        );
      }
    }
  }
  const reasons = Object.entries(skipped).filter(([, reason]) => reason !== "");
  return {
    kernel: release(),
    node: process.version,
    observations,
    skipped: Object.fromEntries(reasons),
  };
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

if (import.meta.main) {
  const [plan, load, tools, result] = process.argv.slice(2) as [PlanName, string, string, string];
  await writeFile(result, JSON.stringify(await measure(plan, load, tools)));
}

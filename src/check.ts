import { setTimeout as delay } from "node:timers/promises";
import { SelfTest } from "./account/self-test.ts";
import { KernelClock, machineClocks } from "./clock.ts";
import type { Config } from "./config.ts";
import { readBpftraceOutput } from "./parse/bpftrace-output.ts";
import { readRecord } from "./parse/record.ts";
import { findBpftrace, needsPathOfTypes } from "./probe/bpftrace.ts";
import { startBpftrace } from "./probe/child.ts";
import type { ChosenProbe } from "./probe/choose.ts";
import { AttachError, ProbeError } from "./probe/errors.ts";
import { joinScripts } from "./probe/join.ts";
import { thisMachine } from "./probe/kernel.ts";
import { type PreparedProbes, prepareProbes } from "./probe/prepare.ts";
import { REQUIREMENTS } from "./probe/requirements.ts";
import { Watch } from "./watch.ts";

/** One thing that was looked at. `detail` is what was found, or what is wrong and how to mend it. */
export type Finding = {
  readonly about: "machine" | "probe" | "self-test";
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What this probe does not see, in its own words. */
  readonly notSeen?: string;
};

/** Attaching one script takes a second or two, and some ten on an emulated machine. */
const ATTACH_MS = 60_000;

/**
 * Looks at everything that netlog needs on this machine, attaches each probe alone, then all of them, and makes
 * sockets to see whether they are seen. Yields as it goes, since it takes a quarter of a minute; what stands on
 * something that failed is not tried.
 */
export async function* checkMachine(config: Config): AsyncGenerator<Finding> {
  let ok = true;
  for (const { name, check } of REQUIREMENTS) {
    const finding = await find("machine", name, () => check(thisMachine()));
    ok &&= finding.ok;
    yield finding;
    // What follows would not tell the truth: under lockdown, for one, tracefs reads as if it were not mounted.
    if (["root", "lockdown"].includes(name) && !finding.ok) return;
  }
  const bpftrace = await find("machine", "bpftrace", async () => {
    const { release, path } = await findBpftrace(config.bpftrace.path);
    return `${release} (${path})`;
  });
  yield bpftrace;
  if (!ok || !bpftrace.ok) return;

  for (const event of [...config.events, "cgroups"] as const) {
    let probes: PreparedProbes;
    try {
      probes = await prepareProbes([event], config.bpftrace.path);
    } catch (error) {
      ok = false;
      yield { about: "probe", name: event, ok, detail: (error as Error).message };
      continue;
    }
    for (const chosen of probes.chosen) {
      const finding = await checkProbe(event, chosen, probes);
      ok &&= finding.ok;
      yield finding;
    }
  }
  if (ok) yield* testLive(config);
}

async function checkProbe(
  event: string,
  { script, passedOver }: ChosenProbe,
  { bpftrace, kernel }: PreparedProbes,
): Promise<Finding> {
  const finding = await find("probe", event, async () => {
    const attached = Promise.withResolvers<"attached">();
    const onLine = (line: string) => {
      const output = readBpftraceOutput(line);
      if (output.type === "text" && readRecord(output.text)?.type === "ready") attached.resolve("attached");
    };
    const program = joinScripts([script], kernel);
    const child = startBpftrace({
      bpftrace,
      needsPathOfTypes: needsPathOfTypes(bpftrace.version, kernel),
      program,
      onLine,
    });
    const outcome = await Promise.race([attached.promise, child.ended, delay(ATTACH_MS, "hangs" as const)]);
    child.kill();
    if (outcome === "hangs") throw new Error(`${script.name} is not attached after ${ATTACH_MS / 1000} s`);
    if (outcome !== "attached")
      throw new Error(`${script.name}: ${new AttachError(outcome.how, outcome.stderr).message}`);
    return passedOver.length === 0 ? script.name : `${script.name}, because ${passedOver.join("; ")}`;
  });
  return script.notSeen === undefined ? finding : { ...finding, notSeen: script.notSeen };
}

/** All probes together, as netlog runs them, against sockets of this process. */
async function* testLive(config: Config): AsyncGenerator<Finding> {
  const stop = new AbortController();
  const attached = Promise.withResolvers<void>();
  const selfTest = new SelfTest(config.events);
  const watch = new Watch(
    config,
    await prepareProbes([...config.events, "cgroups"], config.bpftrace.path),
    new KernelClock(machineClocks),
    {
      onEvent: (event, isOwn) => void (isOwn && selfTest.take(event)),
      onAttached: () => attached.resolve(),
      onDown: () => {},
      onCgroup: () => {},
      onMessage: () => {},
    },
    stop.signal,
  );
  const ended = watch.run();
  ended.catch(attached.reject);
  try {
    await attached.promise;
    for (const { kind, what, seen } of await selfTest.run()) {
      yield { about: "self-test", name: kind, ok: seen, detail: seen ? what : `${what}: not seen` };
    }
  } catch (error) {
    yield { about: "self-test", name: "all probes together", ok: false, detail: (error as Error).message };
  }
  stop.abort("done");
  await ended.catch(() => {}); // said above
}

async function find(about: Finding["about"], name: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { about, name, ok: true, detail: await look() };
  } catch (error) {
    if (about === "machine" && !(error instanceof ProbeError)) throw error;
    return { about, name, ok: false, detail: (error as Error).message };
  }
}

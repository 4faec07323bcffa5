import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { newCounters } from "./account/counters.ts";
import { serveHealth } from "./account/health.ts";
import { type Progress, readProgress, writeProgress } from "./account/state-file.ts";
import { statsFields } from "./account/stats.ts";
import { KernelClock, machineClocks } from "./clock.ts";
import type { Config } from "./config.ts";
import { EventPath } from "./event-path.ts";
import { jsonFormatter } from "./format/json.ts";
import { textFormatter } from "./format/text.ts";
import { timeWriter } from "./format/time.ts";
import { LineWriter } from "./line-writer.ts";
import { findBpftrace } from "./probe/bpftrace.ts";
import { startBpftrace } from "./probe/child.ts";
import { type ChosenProbe, chooseProbes } from "./probe/choose.ts";
import { joinScripts } from "./probe/join.ts";
import { inspectKernel, thisMachine } from "./probe/kernel.ts";
import { readScripts } from "./probe/script.ts";
import { ProbeSupervisor } from "./probe/supervisor.ts";
import { isAtLeast } from "./probe/version.ts";
import { LineSink } from "./sink/stdout.ts";
import { SocketLife } from "./socket/life.ts";

/** A reader that does not read gets this long to take the last lines. */
const LAST_FLUSH_MS = 2000;

export type Surroundings = {
  readonly version: string;
  readonly log: Logger;
  /** Ends the run; its reason, a string, is written as the stop record's. */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/**
 * Runs netlog from the first probe to the last line: the one place that knows every stage.
 * @throws ProbeError, ListenError, and the error of standard output where its reader is gone
 */
export async function runNetlog(config: Config, surroundings: Surroundings): Promise<void> {
  const { log, env, version } = surroundings;
  const stdoutGone = new AbortController();
  const signal = AbortSignal.any([surroundings.signal, stdoutGone.signal]);

  const machine = thisMachine();
  const [bpftrace, kernel, scripts] = await Promise.all([
    findBpftrace(config.bpftrace.path),
    inspectKernel(machine),
    readScripts(new URL("../probes/", import.meta.url)),
  ]);
  const probes = chooseProbes(config.events, { kernel, bpftrace: bpftrace.version }, scripts);
  announce(log, probes);
  const program = joinScripts(
    probes.map(({ script }) => script),
    kernel,
  );

  const run = Date.now().toString(36);
  const formatterOptions = { node: env["NODE_NAME"] || hostname(), run };
  const formatter =
    config.format === "json" ? jsonFormatter(formatterOptions) : textFormatter(formatterOptions);
  const clock = new KernelClock(machineClocks);
  const counters = newCounters();
  const sink = new LineSink(1, (error) => stdoutGone.abort(error));
  const writer = new LineWriter({ formatter, sink, clock, counters });
  const life = new SocketLife({
    events: new Set(config.events),
    maxSockets: config.sockets.max,
    pendingAfterUs: config.connect.pendingAfterMs * 1000,
  });
  const rfc3339 = timeWriter();
  const gap = (from: string, reason: string) =>
    writer.record("gap", { from, to: rfc3339(clock.nowUtcUs()), reason });

  /** Kernel time of the program's last word; the next gap begins there. */
  let lastWordUs: number | undefined;
  let down: string | undefined = "the probes are not attached yet";
  const earlier = config.state.path === undefined ? undefined : await readProgress(config.state.path);

  const path = new EventPath({
    life,
    clock,
    counters,
    unordered: !isAtLeast(bpftrace.version, [0, 18]),
    onEvent: (event) => writer.event(event),
    onMessage: (message) => log.warn({ bpftrace: message }, "bpftrace said what netlog cannot read"),
    onProgram: ({ type, bootNs }) => {
      if (type === "ready") {
        supervisor.attached();
        if (lastWordUs !== undefined) gap(rfc3339(clock.utcUs(lastWordUs)), "bpftrace-ended");
        else writeStart(earlier);
        log.info(`watching ${config.events.join(", ")}`);
        down = undefined;
      }
      lastWordUs = Math.floor(bootNs / 1000);
    },
  });
  const writeStart = (earlier: Progress | undefined) => {
    writer.record("start", {
      version,
      kernel: kernel.release,
      bpftrace: bpftrace.release,
      probes: probes.map(({ script }) => script.name).join(","),
      kinds: config.events.join(","),
    });
    if (earlier !== undefined) gap(earlier.time, "restart");
  };
  const supervisor = new ProbeSupervisor({
    start: () => startBpftrace({ bpftrace, program, onLine: (line) => path.take(line) }),
    onDown: ({ how, stderr }, againInMs) => {
      counters.restarts++;
      down = `bpftrace ${how}`;
      log.error({ stderr: stderr.trim() }, `bpftrace ${how}; starting it again in ${againInMs} ms`);
    },
    signal,
    settle: () => path.settled(),
  });

  using timers = new DisposableStack();
  const every = (ms: number, act: () => void) => {
    timers.adopt(
      setInterval(() => act(), ms),
      (timer) => clearInterval(timer),
    );
  };
  const stats = () => writer.record("stats", statsFields(counters, life));
  const saveProgress = progressSaver(config.state.path, log, () => ({
    run,
    n: writer.n,
    time: rfc3339(clock.nowUtcUs()),
  }));
  every(1000, () => {
    clock.measure();
    if (down === undefined) void saveProgress();
  });
  every(config.stats.everyMs, stats);
  if (config.http.listen !== undefined) {
    const server = await serveHealth(config.http.listen, () => down);
    timers.defer(() => server.close());
  }

  await supervisor.run();
  path.drain();
  if (stdoutGone.signal.aborted) throw stdoutGone.signal.reason;
  stats();
  writer.record("stop", { reason: String(signal.reason) });
  await Promise.race([sink.flush(), delay(LAST_FLUSH_MS, undefined, { ref: false })]);
  await saveProgress();
}

/** One write at a time; where the file cannot be written, that is said once. */
function progressSaver(path: string | undefined, log: Logger, progress: () => Progress): () => Promise<void> {
  let last: Promise<void> | undefined;
  let failed = false;
  const save = async (path: string) => {
    try {
      await writeProgress(path, progress());
      failed = false;
    } catch (error) {
      if (!failed) log.warn(`cannot write ${path}, the file of state.path: ${(error as Error).message}`);
      failed = true;
    }
  };
  return async () => {
    if (path === undefined) return;
    last = (last ?? Promise.resolve()).then(() => save(path));
    await last;
  };
}

/** Says once what was chosen where the first choice does not fit this machine, and what is not seen because of it. */
function announce(log: Logger, probes: readonly ChosenProbe[]): void {
  const fallbacks = probes.filter(({ passedOver }) => passedOver.length > 0);
  if (fallbacks.length === 0) return;
  const because = [...new Set(fallbacks.flatMap(({ passedOver }) => passedOver))].join("; ");
  const notSeen = Object.fromEntries(fallbacks.map(({ script }) => [script.name, script.notSeen]));
  log.info({ notSeen }, `not all probes are the best ones: ${because}`);
}

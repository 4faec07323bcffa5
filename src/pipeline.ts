import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { FewMessages } from "./account/few-messages.ts";
import { serveHealth } from "./account/health.ts";
import { SelfTest } from "./account/self-test.ts";
import { SelfTestVerdict } from "./account/self-test-verdict.ts";
import { ProgressFile, readProgress } from "./account/state-file.ts";
import { statsFields } from "./account/stats.ts";
import { KernelClock, machineClocks } from "./clock.ts";
import type { Config, Flags } from "./config.ts";
import { jsonFormatter } from "./format/json.ts";
import { textFormatter } from "./format/text.ts";
import { timeWriter } from "./format/time.ts";
import { startIdentity } from "./identity/identity.ts";
import { findOwnPod } from "./identity/own-pod.ts";
import { LineWriter } from "./line-writer.ts";
import type { ChosenProbe } from "./probe/choose.ts";
import { type PreparedProbes, prepareProbes } from "./probe/prepare.ts";
import { Reload } from "./reload.ts";
import { Repeating } from "./repeating.ts";
import { Selection } from "./selection.ts";
import { LineSink } from "./sink/stdout.ts";
import { Watch } from "./watch.ts";

const TIDY_EVERY_MS = 300_000;

/** A reader that does not read gets this long to take the last lines. */
const LAST_FLUSH_MS = 1500;

/** How often a pod over its limit gets a record, and the node's addresses are read again. */
const LOOK_EVERY_MS = 10_000;

export type Surroundings = {
  readonly version: string;
  readonly log: Logger;
  /** Ends the run; its reason, a string, is written as the stop record's. */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the configuration came from: its file is watched for changes. */
  readonly flags: Flags;
};

/**
 * Runs netlog from the first probe to the last line: the one place that knows every stage.
 * @throws ProbeError, ScopeError, ClusterError, ListenError, and the error of standard output where its reader is gone
 */
export async function runNetlog(config: Config, surroundings: Surroundings): Promise<void> {
  const { log, version } = surroundings;
  const probes = await prepareProbes([...config.events, "cgroups"], config.bpftrace.path).catch((error) => {
    // A Ctrl-C reaches the whole process group, and so what was asked for its version.
    if (!surroundings.signal.aborted) throw error;
  });
  if (probes === undefined || surroundings.signal.aborted) return;
  announce(log, probes.chosen);
  const earlier = config.state.path === undefined ? undefined : await readProgress(config.state.path);

  const controller = probes.kernel.cgroups.v1?.controller;
  const ownPod = config.scope === "pod" ? await findOwnPod(surroundings.env, controller) : undefined;

  const stdoutGone = new AbortController();
  const signal = AbortSignal.any([surroundings.signal, stdoutGone.signal]);
  const clock = new KernelClock(machineClocks);
  const sink = new LineSink(1, (error) => stdoutGone.abort(error));
  const run = Date.now().toString(36);
  const rfc3339 = timeWriter();
  const now = () => rfc3339(clock.nowUtcUs());
  const selfTest = new SelfTest(config.events);

  const messages = new FewMessages((message, keptBack) =>
    log.warn({ bpftrace: message, keptBack }, "bpftrace said what netlog cannot read"),
  );
  const watch: Watch = new Watch(
    config,
    ownPod === undefined ? probes : { ...probes, scope: ownPod.cgroup },
    clock,
    {
      onEvent: (event, isOwn) => {
        if (isOwn) selection.netlogPid = event.process.pid;
        if (isOwn && selfTest.take(event)) watch.counters.selfTest++;
        else identity.take(event);
      },
      onCgroup: (record) => identity.takeCgroup(record),
      onAttached: (lastWordBootUs) => {
        if (lastWordBootUs === undefined) {
          writer.record("start", startFields(version, config, probes));
          if (earlier !== undefined)
            writer.record("gap", { from: earlier.time, to: now(), reason: "restart" });
        } else {
          const from = rfc3339(clock.utcUs(lastWordBootUs));
          writer.record("gap", { from, to: now(), reason: "bpftrace-ended" });
        }
        log.info(`watching ${config.events.join(", ")}`);
        void identity.lookAround();
        void verdict.run();
      },
      onDown: ({ how, stderr }, againInMs) =>
        log.error({ stderr: stderr.trim() }, `bpftrace ${how}; starting it again in ${againInMs} ms`),
      onMessage: (message) => messages.take(message, performance.now()),
    },
    signal,
  );
  const formatter = formatterOf(config, { node: surroundings.env["NODE_NAME"] || hostname(), run });
  const selection = new Selection(config, {
    counters: watch.counters,
    ownerOf: (address) => identity.ownerOf(address),
    onLimited: ({ fromBootUs, toBootUs, ...limited }) => {
      const [from, to] = [fromBootUs, toBootUs].map((us) => rfc3339(clock.utcUs(us))) as [string, string];
      writer.record("limited", { from, to, ...limited });
    },
  });
  const writer = new LineWriter({ formatter, sink, clock, counters: watch.counters, selection });
  using identity = await startIdentity({
    kubernetes: config.kubernetes,
    labels: config.labels,
    waitMs: config.identity.waitForNameMs,
    controller,
    ownPod,
    env: surroundings.env,
    version,
    log,
    signal,
    onEvent: (event, origin) => writer.event(event, origin),
  });
  const verdict = new SelfTestVerdict(selfTest, {
    now,
    onUnwatched: (event, from, to) => writer.record("gap", { from, to, reason: "silent-probe", event }),
    onChange: (silent) =>
      silent === undefined ? log.info("the self-test sees its sockets again") : log.error(silent),
    onError: ({ message }) => log.warn(`the self-test could not make its sockets: ${message}`),
  });
  const stats = () =>
    writer.record(
      "stats",
      statsFields(watch.counters, watch.made, watch.life, {
        ...watch.skipped.fields,
        ...watch.missedReturns.fields,
        ...identity.counts,
      }),
    );
  const progress = new ProgressFile(config.state.path, (error) =>
    log.warn(`cannot write ${config.state.path}, the file of state.path: ${error.message}`),
  );

  using chores = new DisposableStack();
  const every = (ms: number, act: () => unknown) => chores.use(new Repeating(ms, act));
  every(1000, () => clock.measure());
  // What ends right after the probes are attached must be known by then.
  every(1000, () => watch.down === undefined || identity.lookAround());
  every(TIDY_EVERY_MS, () => identity.lookAround()); // the ends of control groups that the kernel skipped
  every(1000, () => writer.tellDropped());
  every(1000, () => watch.down ?? progress.save({ run, n: writer.n, time: now() }));
  every(LOOK_EVERY_MS, () => selection.look());
  const statsTimer = every(config.stats.everyMs, () => watch.lastWordBootUs !== undefined && stats()); // after #start
  const selfTestTimer = every(config.selfTest.everyMs, () => watch.down ?? verdict.run());
  if (config.http.listen !== undefined) {
    const server = await serveHealth(
      config.http.listen,
      () => watch.down ?? verdict.silent ?? identity.problem,
    );
    chores.defer(() => server.close());
  }

  const reload = new Reload({
    flags: surroundings.flags,
    started: config,
    counters: watch.counters,
    log,
    apply: (changed) => {
      if (watch.lastWordBootUs !== undefined) stats(); // the last that is said of rules that go
      selection.reconfigure(changed);
      identity.reconfigure({ labels: changed.labels, waitMs: changed.identity.waitForNameMs });
      statsTimer.everyMs = changed.stats.everyMs;
      selfTestTimer.everyMs = changed.selfTest.everyMs;
      log.level = changed.log.level;
    },
  });
  void reload.watch(signal);

  await watch.run();
  identity.drain();
  verdict.finish();
  writer.finish();
  if (stdoutGone.signal.aborted) throw stdoutGone.signal.reason;
  if (watch.lastWordBootUs === undefined) return; // it never watched: no start, and so no stop
  const unwatchedSince = watch.down === undefined ? watch.behindSinceBootUs : watch.lastWordBootUs;
  if (unwatchedSince !== undefined) {
    const reason = watch.down === undefined ? "behind-at-stop" : "bpftrace-ended";
    writer.record("gap", { from: rfc3339(clock.utcUs(unwatchedSince)), to: now(), reason });
  }
  selection.look();
  stats();
  writer.record("stop", { reason: String(signal.reason) });
  await Promise.race([sink.flush(), delay(LAST_FLUSH_MS)]);
  if (watch.down === undefined) await progress.save({ run, n: writer.n, time: now() });
}

function formatterOf({ format }: Config, options: { node: string; run: string }) {
  return format === "json" ? jsonFormatter(options) : textFormatter(options);
}

function startFields(version: string, config: Config, { kernel, bpftrace, chosen }: PreparedProbes) {
  return {
    version,
    kernel: kernel.release,
    bpftrace: bpftrace.release,
    probes: chosen.map(({ script }) => script.name).join(","),
    kinds: config.events.join(","),
    ...(config.scope === "pod" ? { scope: config.scope } : {}),
  };
}

/** Says once what was chosen where the first choice does not fit this machine, and what is not seen because of it. */
function announce(log: Logger, chosen: readonly ChosenProbe[]): void {
  const fallbacks = chosen.filter(({ passedOver }) => passedOver.length > 0);
  if (fallbacks.length === 0) return;
  const because = [...new Set(fallbacks.flatMap(({ passedOver }) => passedOver))].join("; ");
  const notSeen = Object.fromEntries(fallbacks.map(({ script }) => [script.name, script.notSeen]));
  log.info({ notSeen }, `not all probes are the best ones: ${because}`);
}

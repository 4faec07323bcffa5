import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { FewMessages } from "./account/few-messages.ts";
import { serveHttp } from "./account/http.ts";
import { Metrics } from "./account/metrics.ts";
import { SelfTest } from "./account/self-test.ts";
import { SelfTestVerdict } from "./account/self-test-verdict.ts";
import { readProgress } from "./account/state-file.ts";
import { statsFields } from "./account/stats.ts";
import { KernelClock, machineClocks } from "./clock.ts";
import type { Config, Flags } from "./config.ts";
import { jsonFormatter } from "./format/json.ts";
import { textFormatter } from "./format/text.ts";
import { timeWriter } from "./format/time.ts";
import { startIdentity } from "./identity/identity.ts";
import { findOwnPod } from "./identity/own-pod.ts";
import { LineWriter } from "./line-writer.ts";
import { prepareProbes } from "./probe/prepare.ts";
import { Progress } from "./progress.ts";
import { Reload } from "./reload.ts";
import { Repeating } from "./repeating.ts";
import { Selection } from "./selection.ts";
import { LineSink } from "./sink/stdout.ts";
import { announce, startFields } from "./start-record.ts";
import { Watch } from "./watch.ts";

const TIDY_EVERY_MS = 300_000;

/** The first `#stats` does not wait for its time, for until then nobody can tell what was lost. */
const FIRST_STATS_MS = 5000;

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
  /** At the end the time up to which netlog watched. */
  const nowUs = () =>
    watch.stoppedBootUs === undefined ? clock.nowUtcUs() : clock.utcUs(watch.stoppedBootUs);
  const now = () => rfc3339(nowUs());
  const selfTest: SelfTest = new SelfTest(config.events, () => identity.groupsTop);

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
      onCgroup: (record) => void (selfTest.takeCgroup(record) || identity.takeCgroup(record)),
      onAttached: (before) => {
        if (before === undefined) {
          writer.record("start", startFields(version, config, probes));
          if (earlier === undefined) writer.gap("start", { from: "unknown", to: now() });
          else writer.gap("restart", { from: earlier.time, to: now() });
          const first = setTimeout(stats, FIRST_STATS_MS);
          chores.defer(() => clearTimeout(first));
        } else {
          const from = rfc3339(clock.utcUs(before.lastWordBootUs));
          writer.gap("bpftrace-ended", { from, to: now(), how: before.how });
        }
        log.info(`watching ${config.events.join(", ")}`);
        void identity.lookAround();
        void verdict.run();
      },
      onDown: ({ how, stderr }, againInMs) =>
        againInMs === undefined ||
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
  const writer = new LineWriter({ formatter, sink, clock, nowUs, counters: watch.counters, selection });
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
    onUnwatched: (event, from, to) => writer.gap("silent-probe", { from, to, event }),
    onChange: (silent) =>
      silent === undefined ? log.info("the self-test sees its sockets again") : log.error(silent),
    onError: ({ message }) => log.warn(`the self-test could not make its sockets: ${message}`),
  });
  const counts = () =>
    statsFields(watch.counters, watch.made, watch.life, {
      ...watch.unknown,
      ...watch.skipped.fields,
      ...watch.missedReturns.fields,
      ...identity.counts,
    });
  const stats = () => writer.record("stats", counts());
  const progress = new Progress({
    ...{ run, sink, writer, watch, clock, log },
    path: config.state.path,
    pendingAfterMs: config.connect.pendingAfterMs,
    waitForNameMs: config.identity.waitForNameMs,
  });

  using chores = new DisposableStack();
  const every = (ms: number, act: () => unknown) => chores.use(new Repeating(ms, act));
  every(1000, () => clock.measure());
  // What ends right after the probes are attached must be known by then.
  every(1000, () => watch.down === undefined || identity.lookAround());
  every(TIDY_EVERY_MS, () => identity.lookAround()); // the ends of control groups that the kernel skipped
  every(1000, () => writer.tellDropped());
  every(1000, () => watch.down ?? progress.save());
  every(LOOK_EVERY_MS, () => selection.look());
  every(LOOK_EVERY_MS, () => sink.hasRoom && selection.tellLimited());
  const statsTimer = every(config.stats.everyMs, () => watch.lastWordBootUs !== undefined && stats()); // after #start
  const selfTestTimer = every(config.selfTest.everyMs, () => watch.down ?? verdict.run());
  const reload = new Reload({
    flags: surroundings.flags,
    started: config,
    counters: watch.counters,
    log,
    apply: (changed) => {
      if (watch.lastWordBootUs !== undefined) stats(); // the last that is said of rules that go
      selection.reconfigure(changed);
      progress.waitForName(changed.identity.waitForNameMs);
      identity.reconfigure({ labels: changed.labels, waitMs: changed.identity.waitForNameMs });
      statsTimer.everyMs = changed.stats.everyMs;
      selfTestTimer.everyMs = changed.selfTest.everyMs;
      log.level = changed.log.level;
    },
  });
  const notReady = () => watch.down ?? verdict.silent ?? identity.problem;
  if (config.http.listen !== undefined) {
    const metrics = new Metrics({
      read: () => ({
        stats: counts(),
        build: { version, kernel: probes.kernel.release, bpftrace: probes.bpftrace.release },
        isReady: notReady() === undefined,
        probes: probes.chosen.map(({ script }) => script.name),
        isAttached: watch.down === undefined,
        gaps: watch.counters.gaps,
        selfTest: verdict.kinds,
        selfTestErrors: verdict.errors,
        watches: identity.watches,
        isConfigGood: reload.isGood,
      }),
      bpftracePid: () => watch.childPid,
    });
    const server = await serveHttp(config.http.listen, { notReady, metrics });
    chores.defer(() => server.close());
  }
  void reload.watch(signal);

  const failure: unknown = await watch.run().catch((error) => error);
  chores.dispose(); // none of them may write behind #stop
  identity.drain();
  verdict.finish();
  writer.finish();
  if (stdoutGone.signal.aborted) throw stdoutGone.signal.reason;
  if (watch.lastWordBootUs === undefined) {
    if (failure !== undefined) throw failure;
    log.info(`${signal.reason} before the probes were attached: nothing was watched`);
    return; // no start, and so no stop
  }
  if (watch.ended !== undefined) {
    const from = rfc3339(clock.utcUs(watch.ended.lastWordBootUs));
    writer.gap("bpftrace-ended", { from, to: now(), how: watch.ended.how });
  } else if (watch.behindSinceBootUs !== undefined) {
    writer.gap("behind-at-stop", { from: rfc3339(clock.utcUs(watch.behindSinceBootUs)), to: now() });
  }
  selection.tellLimited();
  stats();
  writer.record("stop", { reason: failure === undefined ? String(signal.reason) : "crash-loop" });
  const isFlushed = await Promise.race([sink.flush().then(() => true), delay(LAST_FLUSH_MS, false)]);
  if (watch.down === undefined && isFlushed) await progress.saveEnd(nowUs());
  if (failure !== undefined) throw failure;
}

function formatterOf({ format }: Config, options: { node: string; run: string }) {
  return format === "json" ? jsonFormatter(options) : textFormatter(options);
}

import type { Count } from "./account.ts";
import { coverageOf } from "./coverage.ts";
import type { Limited } from "./limited.ts";
import type { Run } from "./run.ts";
import { writeTime } from "./time.ts";

/** Why a node's log is not proven to be complete. */
export type Cause = "holes" | "gaps" | "losses" | "sums" | "no-stats";

/** Everything that was read, as `--format json` prints it. Times are RFC 3339. */
export type Report = {
  /** Every node's log is complete. */
  readonly complete: boolean;
  readonly nodes: readonly NodeReport[];
  readonly input: InputCounts;
};

/** Lines of the input. What was put together of several counts as often as it has parts. */
export type InputCounts = {
  lines: number;
  netlog: number;
  /** They begin as a line of netlog's does and do not go on as one: cut off, or changed on the way. */
  damaged: number;
  /** The number of the first of these, from 1; 0 without any. */
  firstDamaged: number;
  /** Other programs', and netlog's own messages. */
  foreign: number;
};

export type NodeReport = {
  readonly node: string;
  readonly complete: boolean;
  readonly causes: readonly Cause[];
  readonly from: string;
  readonly to: string;
  /** When no run watched. */
  readonly gaps: readonly {
    readonly from: string;
    readonly to: string;
    readonly reasons: readonly string[];
  }[];
  readonly runs: readonly RunReport[];
};

export type RunReport = {
  readonly run: string;
  readonly from: string;
  readonly to: string;
  readonly firstNumber: number;
  readonly lastNumber: number;
  /** None twice: of events, and the stream's own records. */
  readonly events: number;
  readonly records: number;
  readonly duplicates: number;
  readonly started: boolean;
  /** The reason of its `#stop`; absent where that was not seen. */
  readonly stopped?: string;
  readonly holes: {
    readonly count: number;
    readonly missing: number;
    readonly list: readonly {
      readonly from: number;
      readonly to: number;
      readonly after: string;
      readonly before: string;
    }[];
  };
  /** As its `#gap`s say; `from` is absent where netlog does not know it. */
  readonly gaps: readonly {
    readonly from?: string;
    readonly to: string;
    readonly reason: string;
    readonly dropped?: number;
  }[];
  /** The time of its last `#stats`, up to which its losses are known. */
  readonly accountedTo?: string;
  readonly losses: Readonly<Record<string, number>>;
  /** What it had lost by its first `#stats`, where its beginning was not seen; that is not in `losses`. */
  readonly lossesBefore: Readonly<Record<string, number>>;
  readonly limited: ReturnType<Limited["list"]>;
  readonly notes: Readonly<Record<string, Count>>;
  readonly filtered: Readonly<Record<string, number>>;
  readonly brokenSums: { readonly count: number; readonly list: readonly string[] };
};

/** Puts together what was seen: nodes by their names, the runs of each in the order of time. */
export function reportOn(runs: Iterable<Run>, input: InputCounts): Report {
  const byNode = Map.groupBy(runs, ({ node }) => node);
  const nodes = [...byNode].map(([node, runs]) => nodeReport(node, runs)).toSorted(byName);
  return { complete: nodes.every(({ complete }) => complete), nodes, input };
}

function byName(one: NodeReport, other: NodeReport): number {
  return one.node < other.node ? -1 : 1;
}

function nodeReport(node: string, unsorted: readonly Run[]): NodeReport {
  const runs = unsorted.toSorted(
    (one, other) => one.span.fromUs - other.span.fromUs || (one.run < other.run ? -1 : 1),
  );
  const { span, gaps } = coverageOf(runs);
  const reports = runs.map(runReport);
  const found: Record<Cause, boolean> = {
    holes: reports.some(({ holes }) => holes.count > 0),
    gaps: gaps.length > 0,
    losses: reports.some(({ losses }) => Object.keys(losses).length > 0),
    sums: reports.some(({ brokenSums }) => brokenSums.count > 0),
    "no-stats": reports.some(({ accountedTo }) => accountedTo === undefined),
  };
  const causes = (Object.keys(found) as Cause[]).filter((cause) => found[cause]);
  return {
    node,
    complete: causes.length === 0,
    causes,
    ...times(span),
    gaps: gaps.map(({ reasons, ...gap }) => ({ ...times(gap), reasons })),
    runs: reports,
  };
}

function runReport(run: Run): RunReport {
  const { account, firstNumber, lastNumber, events, records, duplicates, hasStart, stopReason } = run;
  const { count, missing, list } = run.numbers.holes();
  const holes = list.map(({ from, to, afterUs, beforeUs }) => ({
    from,
    to,
    after: writeTime(afterUs),
    before: writeTime(beforeUs),
  }));
  const late = run.afterStop > 0 ? [`${run.afterStop} lines have a higher number than #stop`] : [];
  return {
    run: run.run,
    ...times(run.span),
    firstNumber,
    lastNumber,
    events,
    records,
    duplicates,
    started: hasStart,
    ...(stopReason !== undefined && { stopped: stopReason }),
    holes: { count, missing, list: holes },
    gaps: run.gaps.map(({ reason, dropped, ...gap }) => ({
      ...times(gap),
      reason,
      ...(dropped !== undefined && { dropped }),
    })),
    ...(account.untilUs !== undefined && { accountedTo: writeTime(account.untilUs) }),
    ...account.counts(hasStart, run.droppedInGaps),
    limited: run.limited.list(),
    brokenSums: { count: account.brokenCount + late.length, list: [...account.broken, ...late] },
  };
}

function times<From extends number | undefined>({
  fromUs,
  toUs,
}: {
  readonly fromUs: From;
  readonly toUs: number;
}) {
  const from = (fromUs === undefined ? {} : { from: writeTime(fromUs) }) as From extends number
    ? { from: string }
    : { from?: string };
  return { ...from, to: writeTime(toUs) };
}

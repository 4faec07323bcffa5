import {
  type Expectation,
  groupBy,
  inOrder,
  isInferred,
  isWorker,
  type Logged,
  match,
  type Pairs,
  Rules,
  type Unseen,
} from "./match.ts";
import { type EventLine, readLine } from "./read-line.ts";

export type { Unseen } from "./match.ts";

export type Comparison = {
  /** How many lines the scenario expected, and how many of them were there. */
  readonly expected: number;
  readonly seen: number;
  /** Expectations without a line. */
  readonly missing: readonly string[];
  /** Absent as documented. */
  readonly excused: readonly string[];
  /** Lines that say of themselves that netlog did not see what they tell when it happened, as documented. */
  readonly inferred: readonly string[];
  /** Lines of the scenario's processes that nobody expected. */
  readonly extra: readonly string[];
  readonly problems: readonly string[];
  /** Cases that the machine could not do, with the reason. */
  readonly skipped: readonly string[];
};

/** A busy machine costs a line in a thousand; more would be a fault. */
const MOST_INFERRED = 0.01;

type Message = Partial<Expectation> & { process?: number; skip?: string; reason?: string; done?: boolean };

/** Compares what the scenario printed with what netlog wrote while it ran (all of its lines, either form). */
export function compare(
  expectationLines: readonly string[],
  netlogLines: readonly string[],
  { unseen = [] }: { readonly unseen?: readonly Unseen[] } = {},
): Comparison {
  const messages = expectationLines.filter(Boolean).map((text) => JSON.parse(text) as Message);
  const rules = new Rules(unseen);
  const expectations = messages
    .filter((message): message is Expectation => message.event !== undefined)
    .filter((expectation) => !expectation.mistaken || rules.mayBeAbsent(expectation));
  const pids = new Set(messages.flatMap(({ process }) => process ?? []));
  const { logged, problems } = readAll(netlogLines.filter(Boolean));
  const kernels = new Set(expectations.filter(({ kernel_thread }) => kernel_thread).map(addresses));
  const ours = logged.filter(
    ({ line }) =>
      pids.has(line.pid) || pids.has(closerPid(line)) || (isWorker(line) && kernels.has(addresses(line))),
  );
  if (!messages.at(-1)?.done) problems.push("the scenario did not come to its end");

  const pairs = match(expectations, ours, rules);

  const absent = expectations.filter((expectation) => !pairs.has(expectation));
  const found = new Set(pairs.values());
  const inferred = [...found].filter(isInferred).map(({ text }) => text);
  if (inferred.length > Math.max(2, expectations.length * MOST_INFERRED))
    problems.push(`${inferred.length} of ${expectations.length} lines are inferred`);
  return {
    expected: expectations.length,
    seen: pairs.size,
    missing: absent.filter((each) => !rules.mayBeAbsent(each)).map((each) => JSON.stringify(each)),
    excused: absent.filter((each) => rules.mayBeAbsent(each)).map((each) => JSON.stringify(each)),
    inferred,
    extra: ours.filter((each) => !found.has(each)).map(({ text }) => text),
    problems: [...problems, ...socketProblems(expectations, pairs)],
    skipped: messages.flatMap(({ skip, reason }) => (skip === undefined ? [] : `${skip}: ${reason}`)),
  };
}

function addresses({ local, peer }: { readonly local: string; readonly peer?: string | undefined }): string {
  return `${local} ${peer}`;
}

function closerPid({ fields }: EventLine): number {
  return Number(/\[(\d+)\]$/.exec(fields["closed_by"] ?? "")?.[1] ?? -1);
}

function readAll(lines: readonly string[]): { logged: Logged[]; problems: string[] } {
  const logged: Logged[] = [];
  const problems: string[] = [];
  const last = new Map<string, number>();
  for (const text of lines) {
    try {
      const line = readLine(text);
      const { run, n } = /^(?<run>.+)-(?<n>\d+)$/.exec(line.fields["seq"] ?? "")?.groups ?? {};
      if (run === undefined) {
        problems.push(`no seq: ${text}`);
        continue;
      }
      const before = last.get(run);
      if (before !== undefined && Number(n) !== before + 1)
        problems.push(`seq ${run}-${n} comes after ${before}`);
      last.set(run, Number(n));
      if (line.record !== undefined) continue;
      const { conn } = line.fields;
      if (conn === undefined) problems.push(`no conn: ${text}`);
      logged.push({ text, line, conn: conn ?? `none of ${run}-${n}`, position: logged.length });
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  return { logged, problems };
}

function socketProblems(expectations: readonly Expectation[], pairs: Pairs): string[] {
  const problems: string[] = [];
  const all = expectations.flatMap((expectation) => {
    const logged = pairs.get(expectation);
    return logged === undefined
      ? []
      : [{ expectation, logged, socket: expectation.socket, conn: logged.conn }];
  });
  for (const lines of groupBy(all, "socket")) {
    const { socket } = lines[0] ?? {};
    const conns = new Set(lines.map(({ conn }) => conn));
    if (conns.size > 1) problems.push(`${socket} has more than one conn: ${[...conns].join(", ")}`);
    if (!inOrder(new Map(lines.map(({ expectation, logged }) => [expectation, logged]))))
      problems.push(`${socket}: its lines are not in the order in which things happened`);
  }
  for (const lines of groupBy(all, "conn")) {
    const sockets = new Set(lines.map(({ socket }) => socket));
    if (sockets.size > 1)
      problems.push(`conn ${lines[0]?.conn} is of more than one socket: ${[...sockets].join(", ")}`);
  }
  return problems;
}

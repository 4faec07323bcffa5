import { spawnSync } from "node:child_process";
import type { NodeReport, Report } from "../../src/verify/report.ts";
import { MAIN } from "../host/process-netlog.ts";
import { type Line, readLine } from "../scenario/read-line.ts";
import { microseconds, ORDER_US, toldGaps } from "./gaps.ts";
import type { Judgement } from "./judge.ts";
import { lossesOf } from "./losses.ts";
import type { MadeEvent } from "./traffic.ts";

/** What `netlog verify --format json` says of these lines. */
export function verify(runs: readonly (readonly string[])[]): { status: number | null; report: Report } {
  const { status, stdout } = spawnSync(process.execPath, [MAIN, "verify", "--format", "json"], {
    input: runs
      .flat()
      .map((line) => `${line}\n`)
      .join(""),
    encoding: "utf8",
    maxBuffer: 64 * 2 ** 20,
  });
  return { status, report: JSON.parse(stdout) as Report };
}

/** Where the report says something else than the judgement, as sentences. The judge has none of verify's code. */
export function disagreements(
  report: Report,
  { counted, gaps, hidden }: Pick<Judgement, "counted" | "gaps" | "hidden">,
  runs: readonly (readonly string[])[],
): string[] {
  const found: string[] = [];
  const equal = (what: string, says: unknown, judged: unknown) => {
    const [one, other] = [JSON.stringify(says), JSON.stringify(judged)];
    if (one !== other) found.push(`${what}: verify says ${one}, the judge ${other}`);
  };
  const [node] = report.nodes;
  const inside = gaps.filter(
    ({ toUs, dropped }) => toUs !== Number.POSITIVE_INFINITY && dropped === undefined,
  );
  const causes = [inside.length > 0 && "gaps", Object.keys(counted).length > 0 && "losses"].filter(Boolean);
  equal("nodes", report.nodes.length, 1);
  equal("causes", node?.causes, causes);
  equal("runs", node?.runs.length, runs.length);
  for (const [index, raw] of runs.entries()) {
    const lines = raw.map(readLine);
    const run = node?.runs[index];
    const isEvent = ({ record }: Line) => record === undefined;
    equal("events", run?.events, lines.filter(isEvent).length);
    equal("records", run?.records, lines.filter((line) => !isEvent(line)).length);
    equal("holes", run?.holes.missing, 0);
    equal("duplicates", run?.duplicates, 0);
    equal("sums that are wrong", run?.brokenSums.list, []);
    equal("losses", sorted(run?.losses), sorted(lossesOf([lines])));
    equal("stop", run?.stopped, lines.find(({ record }) => record === "#stop")?.fields["reason"]);
    equal(
      "gaps",
      run?.gaps.map(({ from, to, reason, dropped }) => [
        from === undefined ? 0 : microseconds(from),
        microseconds(to),
        reason,
        dropped ?? 0,
      ]),
      toldGaps(lines, 0).map(({ fromUs, toUs, reason, more, dropped }) => [
        fromUs,
        toUs,
        `${reason}${more}`,
        dropped ?? 0,
      ]),
    );
  }
  const watched = hidden.filter((event) => node === undefined || isWatched(node, event));
  equal("events without a line while it was watched", watched.length, 0);
  return found;
}

/** Whether all of an event lies in the time of which the report says that the log has everything. */
function isWatched({ from, to, gaps }: NodeReport, { beforeUs, afterUs }: MadeEvent): boolean {
  if (beforeUs < microseconds(from) || afterUs > microseconds(to) - ORDER_US) return false;
  return !gaps.some((gap) => {
    const isAfterAnEnd = gap.reasons.some((reason) => reason.endsWith("ends without #stop"));
    const fromUs = microseconds(gap.from) - (isAfterAnEnd ? ORDER_US : 0);
    return afterUs >= fromUs && beforeUs <= microseconds(gap.to);
  });
}

/** An object's pairs, in the order of their keys. */
function sorted(counts: Readonly<Record<string, number>> = {}): [string, number][] {
  return Object.entries(counts).toSorted(([one], [other]) => (one < other ? -1 : 1));
}

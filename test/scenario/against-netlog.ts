/**
 * Runs the whole program while the scenario does its work, and compares. Natively and in guests alike:
 *
 *     node test/scenario/against-netlog.ts SCENARIO text|json all|pending [CASE,CASE]
 *
 * prints one line of JSON, an `Outcome`.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect } from "../collect.ts";
import { type Comparison, compare } from "./compare.ts";
import { type RecordLine, readLine } from "./read-line.ts";
import { unseenBy } from "./unseen.ts";

/** `pending`: the cases that take connect.pendingAfter to be one second; `all`: those that take it to be ten. */
export type Part = "all" | "pending";

export type Outcome = Comparison & {
  /** The probes that netlog chose, from its #start record. */
  readonly probes: string;
  /** The version of bpftrace, from there too. */
  readonly bpftrace: string;
  /** What netlog counted, from its last #stats record. */
  readonly stats: Readonly<Record<string, string>>;
  /** Exit code of netlog after SIGTERM. */
  readonly exitCode: number | null;
  /** What netlog said on standard error. */
  readonly said: string;
};

const ROOT = join(import.meta.dirname, "../..");
/** The program under test: this checkout, or what the variable says, such as an image's. */
const COMMAND = process.env["NETLOG_TEST_COMMAND"] || `${process.execPath} ${join(ROOT, "src/main.ts")}`;

/** Runs netlog and, when its probes are attached, the scenario program; ends netlog and compares. */
export async function againstNetlog(
  scenario: string,
  format: "text" | "json",
  part: Part,
  only?: string,
): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), "netlog-scenario-"));
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  const config = join(folder, "config.yaml");
  const pendingAfter = part === "pending" ? "1s" : "10s";
  await writeFile(
    config,
    `events: [tcp.connect, tcp.accept, tcp.close, udp.bind, udp.connect, udp.close]\nconnect: { pendingAfter: ${pendingAfter} }\n`,
  );

  const netlog = collect(spawn("/bin/sh", ["-c", `exec ${COMMAND} --config ${config} --format ${format}`]));
  const started = await netlog.firstLine;
  if (started === undefined)
    throw new Error(`netlog ended (${netlog.how()}) without a line: ${netlog.stderr()}`);
  const chosen = only === undefined ? [] : ["--only", only];
  const program = collect(spawn(scenario, [...(part === "pending" ? ["--pending"] : []), ...chosen]));
  await program.ended;
  netlog.child.kill("SIGTERM");
  const exitCode = await netlog.ended;

  const { fields } = readLine(started) as RecordLine;
  const { probes = "", bpftrace = "" } = fields;
  const compared = compare(program.lines(), netlog.lines(), { unseen: unseenBy(probes) });
  const problems = [...compared.problems];
  if (program.stderr() !== "") problems.push(`the scenario said: ${program.stderr()}`);
  const stats = netlog.lines().findLast((line) => /#stats |"netlog.stats"/.test(line)) ?? "";
  const counted = readLine(stats).fields;
  return { ...compared, problems, probes, bpftrace, stats: counted, exitCode, said: netlog.stderr() };
}

if (import.meta.main) {
  const [scenario, format, part, only] = process.argv.slice(2);
  const outcome = await againstNetlog(scenario as string, format as "text" | "json", part as Part, only);
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

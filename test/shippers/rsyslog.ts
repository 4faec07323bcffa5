import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { collect } from "../collect.ts";
import { block } from "./page.ts";

export type Shipped = {
  /** What rsyslog made of netlog's lines, an object each; those of one container are in their order. */
  readonly records: readonly Readonly<Record<string, unknown>>[];
  /** Lines of netlog's container, with what the runtime put in front, that it took for none of netlog's. */
  readonly others: readonly string[];
};

export type ShipOptions = {
  /** Where netlog's pods are. */
  readonly namespace?: string;
  /** What happens to the log files when all that was there at first has been read. */
  readonly meanwhile?: () => Promise<void>;
};

/** Why no lines can be shipped here, as node:test's `skip` takes it: a sentence, or false. */
export function lackingRsyslog(): string | false {
  const { status } = spawnSync("rsyslogd", ["-v"], { stdio: "ignore" });
  return status !== 0 && "rsyslogd is not on the PATH";
}

/**
 * Runs a real rsyslogd with the configuration of the chart's page on shippers, until it has read all that is there.
 *
 * @param pods a folder as a node has it at /var/log/pods: NAMESPACE_POD_UID/CONTAINER/N.log, in the format of the CRI
 */
export async function ship(
  pods: string,
  { namespace = "netlog", meanwhile }: ShipOptions = {},
): Promise<Shipped> {
  const home = await mkdtemp(join(tmpdir(), "netlog-rsyslog-"));
  const files = new RegExp(`^${namespace}_[^/]*/netlog/[^/]*\\.log(?<rotated>\\.\\d{8}-\\d{6})?$`);
  try {
    await writeFile(join(home, "conf"), configuration(pods, namespace, home));
    // With a mistake in it rsyslogd would run all the same.
    const { status, stderr } = spawnSync("rsyslogd", ["-N1", "-f", join(home, "conf")], { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    // What was rotated before is not read.
    const unread = await countLines(pods, files, true);
    const child = spawn("rsyslogd", ["-n", "-f", join(home, "conf"), "-i", join(home, "pid")]);
    const daemon = collect(child);
    try {
      const all = async () => (await countLines(pods, files, false)) - unread;
      const shipped = await untilAllIsRead(home, await all(), daemon.stderr, () => child.exitCode !== null);
      if (meanwhile === undefined) return shipped;
      await meanwhile();
      return await untilAllIsRead(home, await all(), daemon.stderr, () => child.exitCode !== null);
    } finally {
      child.kill("SIGTERM");
      await daemon.ended;
    }
  } finally {
    await rm(home, { recursive: true });
  }
}

/** As on the page, but for the paths; and whatever is none of netlog's goes to a file of its own. */
function configuration(pods: string, namespace: string, home: string): string {
  const ofPage = block("rsyslog")
    .replace("/var/log/pods/netlog_", `${pods}/${namespace}_`)
    .replace('"/var/log/netlog.json"', `"${home}/records"`)
    .replace(/^\}\n\ninput/m, `  action(type="omfile" file="${home}/others" template="others")\n}\n\ninput`);
  if (ofPage.includes("/var/log") || !ofPage.includes(`${home}/others`))
    throw new Error("the page's configuration is not as it is known here");
  const template = 'template(name="others" type="string" string="%msg%\\n")';
  return `global(workDirectory="${home}")\n${template}\n${ofPage}`;
}

/** Each line comes out on one of two ways, so their sum tells when all have. */
async function untilAllIsRead(
  home: string,
  expected: number,
  stderr: () => string,
  hasEnded: () => boolean,
): Promise<Shipped> {
  const lines = (name: string) =>
    readFile(join(home, name), "utf8").then(
      (text) => text.split("\n").slice(0, -1),
      () => [],
    );
  const deadline = performance.now() + 30_000;
  for (;;) {
    const [records, others] = [await lines("records"), await lines("others")];
    if (records.length + others.length >= expected)
      return { records: records.map((line) => JSON.parse(line)), others };
    if (hasEnded() || performance.now() > deadline)
      throw new Error(`${records.length} + ${others.length} of ${expected} lines: ${stderr()}`);
    await delay(100);
  }
}

async function countLines(pods: string, files: RegExp, onlyRotated: boolean): Promise<number> {
  let count = 0;
  for (const name of await readdir(pods, { recursive: true })) {
    const found = files.exec(name)?.groups;
    if (found === undefined || (onlyRotated && found["rotated"] === undefined)) continue;
    count += (await readFile(join(pods, name), "latin1")).split("\n").length - 1;
  }
  return count;
}

import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { collect } from "../collect.ts";
import { block } from "./page.ts";

export type Shipped = {
  /** What syslog-ng made of netlog's lines; those of one log file are in their order. */
  readonly records: readonly Readonly<Record<string, string>>[];
  /** Lines of the log files, whole, that it took for none of netlog's. */
  readonly others: readonly string[];
};

/** Why no lines can be shipped here, as node:test's `skip` takes it: a sentence, or false. */
export function lackingSyslogNg(): string | false {
  return version() === undefined && "syslog-ng is not installed";
}

/**
 * Runs a real syslog-ng with the configuration of the chart's page on shippers, until it has read all that is there.
 *
 * @param pods a folder as a node has it at /var/log/pods: NAMESPACE_POD_UID/CONTAINER/N.log, in the format of the CRI
 * @param namespace where netlog's pods are
 */
export async function ship(pods: string, namespace = "netlog"): Promise<Shipped> {
  const home = await mkdtemp(join(tmpdir(), "netlog-syslog-ng-"));
  try {
    await writeFile(join(home, "conf"), configuration(pods, namespace, home));
    const files = ["-f", join(home, "conf"), "-R", join(home, "persist"), "-c", join(home, "ctl")];
    const daemon = collect(
      spawn("syslog-ng", ["--foreground", "--no-caps", ...files, "--pidfile", join(home, "pid")]),
    );
    try {
      return await untilAllIsRead(home, await countLines(pods), daemon.ended, daemon.stderr);
    } finally {
      daemon.child.kill("SIGTERM");
      await daemon.ended;
    }
  } finally {
    await rm(home, { recursive: true });
  }
}

/** As on the page, but for the paths; and whatever takes no way there goes to a file of its own. */
function configuration(pods: string, namespace: string, home: string): string {
  const ofPage = block("syslog-ng")
    .replace("^/var/log/pods/netlog_", `^${pods}/${namespace}_`)
    .replace('base-dir("/var/log/pods")', `base-dir("${pods}")`)
    .replace('"/var/log/netlog.json"', `"${home}/records"`);
  if (ofPage.includes("/var/log"))
    throw new Error("the page's configuration has paths that are not known here");
  return (
    `@version: ${version()}\n${ofPage}\n` +
    `log { source(s_netlog); destination { file("${home}/others" template("$MESSAGE\\n")); }; flags(fallback); };\n`
  );
}

/** Each line comes out on one of two ways, so their sum tells when all have. */
async function untilAllIsRead(
  home: string,
  expected: number,
  ended: Promise<number | null>,
  stderr: () => string,
): Promise<Shipped> {
  const lines = (name: string) =>
    readFile(join(home, name), "utf8").then(
      (text) => text.split("\n").slice(0, -1),
      () => [],
    );
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  const deadline = performance.now() + 60_000;
  for (;;) {
    const [records, others] = [await lines("records"), await lines("others")];
    if (records.length + others.length >= expected)
      return { records: records.map((line) => JSON.parse(line)), others };
    if (hasEnded || performance.now() > deadline)
      throw new Error(`${records.length} + ${others.length} of ${expected} lines: ${stderr()}`);
    await delay(100);
  }
}

async function countLines(folder: string): Promise<number> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".log"));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "latin1")));
  return texts.reduce((sum, text) => sum + text.split("\n").length - 1, 0);
}

/** Its configuration says for which version it was written. */
function version(): string | undefined {
  const { stdout } = spawnSync("syslog-ng", ["--version"], { encoding: "utf8" });
  return /^Config version: (\S+)/m.exec(stdout ?? "")?.[1];
}

#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { ListenError } from "./account/http.ts";
import { checkMachine } from "./check.ts";
import { printFindings, printFindingsAsJson } from "./check-report.ts";
import { HELP, parseCommandLine } from "./config/command-line.ts";
import { type Config, ConfigError, type Flags, readConfig } from "./config.ts";
import { ClusterError } from "./identity/kubernetes/errors.ts";
import { ScopeError } from "./identity/own-pod.ts";
import { createLog } from "./log.ts";
import { runNetlog } from "./pipeline.ts";
import { ProbeError } from "./probe/errors.ts";
import { runVerify, VerifyError } from "./verify/command.ts";
import { VERIFY_HELP } from "./verify/help.ts";

const EXIT = { failed: 1, usage: 2 } as const;

// Its own name in ps and in its lines, where it would be Node's main thread.
process.title = "netlog";
// A reader that went away (`netlog check | head`) is no failure to tell of. Lines are written another way (sink/).
process.stdout.on("error", () => process.exit(EXIT.failed));
// Not by process.exitCode: a write to a reader that does not read would keep the process alive.
const code = await main(process.argv.slice(2));
// What waits for a reader at the other end of a pipe would be cut off.
if (process.stdout.writableLength > 0)
  await new Promise<void>((resolve) => process.stdout.write("", () => resolve()));
process.exit(code);

async function main(argv: readonly string[]): Promise<number> {
  try {
    const command = parseCommandLine(argv);
    switch (command.kind) {
      case "help":
        process.stdout.write(command.of === "verify" ? VERIFY_HELP : HELP);
        return 0;
      case "version":
        process.stdout.write(`netlog ${version()}\n`);
        return 0;
      case "run":
        return await run(command.flags);
      case "check":
        return await check(readConfig(command.flags));
      case "verify":
        return await verify(command.format);
      default:
        throw new Error(`no such command: ${command satisfies never}`);
    }
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof VerifyError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return EXIT.usage;
  }
}

async function check(config: Config): Promise<number> {
  const report = config.format === "json" ? printFindingsAsJson : printFindings;
  const ok = await report(checkMachine(config), (text) => process.stdout.write(text));
  return ok ? 0 : EXIT.failed;
}

async function verify(format: "text" | "json"): Promise<number> {
  const complete = await runVerify(format, process.stdin, (text) => process.stdout.write(text));
  return complete ? 0 : EXIT.failed;
}

async function run(flags: Flags): Promise<number> {
  const config = readConfig(flags);
  const log = createLog(config.log.level, process.stderr.isTTY);
  try {
    await runNetlog(config, { version: version(), log, signal: stopSignal(), env: process.env, flags });
    return 0;
  } catch (error) {
    if (isForTheUser(error)) log.fatal(error.message);
    else if (isBrokenPipe(error)) log.error("the reader of standard output is gone; ending");
    else log.fatal({ err: error }, "netlog failed");
    return EXIT.failed;
  }
}

/**
 * Aborts at the first SIGINT, SIGTERM or SIGHUP, with its name as the reason. Another one a second later or more
 * ends netlog at once; sooner it is the same wish told twice, for a terminal or `timeout` signals the whole
 * process group, and npm passes on what it got.
 */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  let firstMs: number | undefined;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      firstMs ??= performance.now();
      if (performance.now() - firstMs > 1000) process.exit(EXIT.failed);
      controller.abort(signal);
    });
  }
  return controller.signal;
}

/** Its message says what is wrong and how to mend it. */
function isForTheUser(error: unknown): error is Error {
  return [ProbeError, ScopeError, ClusterError, ListenError].some((kind) => error instanceof kind);
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EPIPE";
}

function version(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

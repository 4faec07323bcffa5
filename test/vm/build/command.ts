import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Runs a program to its end and gives what it wrote to stdout.
 *
 * @throws Error when it cannot be started or exits with another status than 0; what it wrote to stderr is in
 * the message.
 */
export async function output(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await execute(command, args, { maxBuffer: OUTPUT_LIMIT_BYTES });
  return stdout;
}

/** Whether a program can be started and exits with status 0. */
export async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  return output(command, args).then(
    () => true,
    () => false,
  );
}

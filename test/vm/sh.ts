// Runs a command, or a shell, in a guest with this checkout: node test/vm/sh.ts 6.12/trixie 'uname -a'
import { projectFiles } from "./guest/project.ts";
import { runInGuest } from "./guest/run.ts";
import { chosenGuests } from "./guests.ts";

const SHELL = "setsid --ctty --wait bash -i </dev/ttyS0 >/dev/ttyS0 2>&1";
const DAY_MS = 24 * 60 * 60 * 1000;

const [name = "6.12/trixie", command = SHELL] = process.argv.slice(2);
const [guest] = chosenGuests([name]);
if (guest === undefined) throw new Error(`no guest ${name}`);
const { exitCode, resultsDir } = await runInGuest({
  ...guest,
  files: await projectFiles(),
  script: command,
  timeLimitMs: DAY_MS,
  terminal: true,
});
process.stdout.write(`exit status ${exitCode}, results in ${resultsDir}\n`);
process.exitCode = exitCode;

// Runs every *.vm.ts file of the tests, one after the other, with the names of guests as arguments.
import { globSync } from "node:fs";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";

const test = join(import.meta.dirname, "..");
const files = globSync("**/*.vm.ts", { cwd: test }).map((file) => join(test, file));

run({ files, concurrency: 1, argv: process.argv.slice(2) })
  .on("test:fail", () => {
    process.exitCode = 1;
  })
  .compose(new spec())
  .pipe(process.stdout);

import { join } from "node:path";
import { builtOnce } from "../vm/build/cache.ts";
import { output } from "../vm/build/command.ts";
import { makeDebian } from "../vm/build/debian.ts";
import { findSuite } from "../vm/build/mirror.ts";

const JAZZER = "@jazzer.js/core@4.0.0";
/** What the fuzzer's native part was linked against. */
const GLIBC = [2, 38] as const;
/** Of the C library's loader, and of what the native part needs beside it. */
const LIBRARIES = ["lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu"];

/**
 * The program and the first arguments that run a script in Node.js with a C library that is new enough for the fuzzer:
 * this machine's, or else that of a Debian trixie whose loader then loads the very Node.js that runs this.
 */
export async function nodeForFuzzer(): Promise<readonly [program: string, ...args: string[]]> {
  if (isNewEnough()) return [process.execPath];
  const packages = ["libstdc++6"];
  const folder = await builtOnce("fuzz-trixie", { packages }, async (part) =>
    makeDebian({ sources: [await findSuite(["trixie"])], packages }, join(part, "root")),
  );
  const root = join(folder, "root");
  const libraries = LIBRARIES.map((path) => join(root, path)).join(":");
  return [join(root, "lib64/ld-linux-x86-64.so.2"), "--library-path", libraries, process.execPath];
}

/**
 * The fuzzer's command line program, Jazzer.js: libFuzzer with coverage of JavaScript. It is no dependency of this
 * package, since its hundred packages are of use to nobody who does not fuzz.
 */
export async function jazzer(): Promise<string> {
  const folder = await builtOnce("fuzz-jazzer", { JAZZER }, async (part) => {
    await output("npm", ["install", "--silent", "--no-save", "--ignore-scripts", "--prefix", part, JAZZER]);
  });
  return join(folder, "node_modules/@jazzer.js/core/dist/cli.js");
}

function isNewEnough(): boolean {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  const [major = 0, minor = 0] = (header.glibcVersionRuntime ?? "0.0").split(".").map(Number);
  return major > GLIBC[0] || (major === GLIBC[0] && minor >= GLIBC[1]);
}

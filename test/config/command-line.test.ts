import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";
import { type CommandLine, HELP, parseCommandLine } from "../../src/config/command-line.ts";
import { ConfigError } from "../../src/config.ts";

const ACCEPTED: readonly (readonly [argv: string[], expected: CommandLine])[] = [
  [[], { kind: "run", flags: {} }],
  [["--config", "a.yaml"], { kind: "run", flags: { config: "a.yaml" } }],
  [["--config=-a.yaml"], { kind: "run", flags: { config: "-a.yaml" } }],
  [["--kubernetes", "off"], { kind: "run", flags: { kubernetes: "off" } }],
  [["check", "--kubernetes=on"], { kind: "check", flags: { kubernetes: "on" } }],
  [["--format=json", "--log-level", "debug"], { kind: "run", flags: { format: "json", logLevel: "debug" } }],
  [["verify"], { kind: "verify", format: "text" }],
  [["verify", "--format", "json"], { kind: "verify", format: "json" }],
  [["verify", "--version"], { kind: "version" }],
  [["verify", "--help"], { kind: "help", of: "verify" }],
  [["--"], { kind: "run", flags: {} }],
  [["--version"], { kind: "version" }],
  [["--help"], { kind: "help" }],
  [["-h"], { kind: "help" }],
  // Whoever asks for help is about to learn what was wrong.
  [["--version", "--help", "--wrong", "run"], { kind: "help" }],
];

test("the flags say what to do", async (t) => {
  for (const [argv, expected] of ACCEPTED) {
    await t.test(argv.join(" "), () => assert.deepEqual(parseCommandLine(argv), expected));
  }
});

const REFUSED: readonly (readonly [argv: string[], ...message: string[]])[] = [
  [["--fromat", "json"], "unknown flag `--fromat`; did you mean `--format`?"],
  [["--loglevel=debug"], "unknown flag `--loglevel`; did you mean `--log-level`?"],
  [["-config", "a.yaml"], "unknown flag `-config`; did you mean `--config`?"],
  [["-http", ":9464"], "unknown flag `-http`; see --help"],
  [["--scope", "pod"], "unknown flag `--scope`; see --help"],
  [["--kubernets=on"], "unknown flag `--kubernets`; did you mean `--kubernetes`?"],
  [["--kubernetes", "true"], '`--kubernetes` is "true"; write auto, on or off'],
  [["--kubernetes"], "`--kubernetes` needs a value; write auto, on or off"],
  [["--__proto__"], "unknown flag `--__proto__`; see --help"],
  [["--no-help"], "unknown flag `--no-help`; see --help"],
  [["-c"], "unknown flag `-c`; see --help"],
  [["chekc"], 'unexpected word "chekc"; the commands are `check` and `verify`, see --help'],
  [
    ["--format", "json", "check"],
    'unexpected word "check"; the commands are `check` and `verify`, see --help',
  ],
  [["--", "--help"], 'unexpected word "--help"; the commands are `check` and `verify`, see --help'],
  [["--format", "xml"], '`--format` is "xml"; write text or json'],
  [["--format", "jsn"], '`--format` is "jsn"; did you mean `json`?'],
  [["--format"], "`--format` needs a value; write text or json"],
  [["--format", "--version"], "`--format` needs a value; write text or json"],
  [["--log-level="], "`--log-level` needs a value; write fatal, error, warn, info, debug, trace or silent"],
  [["--config", ""], "`--config` needs a value; name a file"],
  [["verify", "--config", "a"], "`--config` is nothing to `netlog verify`; remove it"],
  [["verify", "--log-level"], "`--log-level` is nothing to `netlog verify`; remove it"],
  [["verify", "a.log"], 'unexpected word "a.log"; the commands are `check` and `verify`, see --help'],
  [["verify", "--format", "xml"], '`--format` is "xml"; write text or json'],
  [["--version=2"], "`--version` takes no value; remove it"],
  [["--config", "a", "--config", "b"], "`--config` is given twice; keep one"],
  [["--\u001b[31m"], "unknown flag `--\\x1b[31m`; see --help"],
  [
    ["--confg", "a", "--format=", "run"],
    "unknown flag `--confg`; did you mean `--config`?",
    "`--format` needs a value; write text or json",
    'unexpected word "run"; the commands are `check` and `verify`, see --help',
  ],
];

test("what is refused is named with the fix, all of it at once", async (t) => {
  for (const [argv, ...lines] of REFUSED) {
    await t.test(argv.join(" "), () => {
      assert.throws(() => parseCommandLine(argv), { name: "ConfigError", message: lines.join("\n") });
    });
  }
});

test("any arguments are either understood or a ConfigError", () => {
  const word = fc.constantFrom(
    "--config",
    "--format",
    "--help=",
    "--",
    "-",
    "json",
    "--log-level=",
    "verify",
    "check",
    "-hx",
    "--=",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(word, fc.string({ unit: "binary" }))), (argv) => {
      try {
        assert.match(parseCommandLine(argv).kind, /^(run|check|verify|help|version)$/);
      } catch (error) {
        assert.ok(error instanceof ConfigError, String(error));
      }
    }),
  );
});

test("the help names every flag and fits a screen", () => {
  for (const flag of ["--config", "--format", "--kubernetes", "--log-level", "--help", "--version"])
    assert.ok(HELP.includes(flag));
  const lines = HELP.split("\n");
  assert.ok(lines.length <= 24);
  for (const line of lines) assert.ok(line.length <= 80, line);
});

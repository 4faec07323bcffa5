import { parseArgs } from "node:util";

import { ConfigError } from "./error.ts";
import { nearest } from "./nearest.ts";
import { oneOf } from "./parsed.ts";
import { named, shown } from "./quote.ts";
import { FORMATS, KUBERNETES_MODES, LOG_LEVELS } from "./schema.ts";

/** What the command line sets over the configuration file. */
export type Overrides = {
  readonly format?: (typeof FORMATS)[number];
  readonly kubernetes?: (typeof KUBERNETES_MODES)[number];
  readonly logLevel?: (typeof LOG_LEVELS)[number];
};

/** The flags of a run; `config` is the path of the configuration file. */
export type Flags = Overrides & { readonly config?: string };

export type CommandLine =
  | { readonly kind: "run"; readonly flags: Flags }
  | { readonly kind: "check"; readonly flags: Flags }
  | { readonly kind: "verify"; readonly format: (typeof FORMATS)[number] }
  | { readonly kind: "help"; readonly of?: "verify" }
  | { readonly kind: "version" };

export const HELP = `Usage: netlog [check | verify] [flags]

Logs every TCP connect, accept and close and every UDP bind of this machine,
with the process that made it, one line per event on stdout.

  netlog check       says what this machine can and cannot do: what is missing
                     and how to mend it, which probes fit, whether real sockets
                     are seen; exit code 0 where all is well
  netlog verify      reads lines of netlog from stdin and says of each node what
                     is missing; exit code 0 where nothing is. It takes no flag
                     but --format; \`netlog verify --help\` says more

  --config FILE      configuration in YAML; without it the defaults hold
  --format FORMAT    ${FORMATS.join(" or ")}; goes before the file's \`format\`
  --kubernetes MODE  ${KUBERNETES_MODES.join(", ")}: whether pods and namespaces are asked
                     of the API; goes before the file's \`kubernetes\`
  --log-level LEVEL  netlog's own messages on stderr, down to this level:
                     ${LOG_LEVELS.join(", ")};
                     goes before the file's \`log.level\`
  -h, --help         this text
  --version          the version
`;

const OPTIONS = {
  config: { type: "string" },
  format: { type: "string" },
  kubernetes: { type: "string" },
  "log-level": { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;
type Name = keyof typeof OPTIONS;

const COMMANDS = ["check", "verify"] as const;
const COMMANDS_SHOWN = "the commands are `check` and `verify`, see --help";
const OF_VERIFY: ReadonlySet<Name> = new Set(["format", "help", "version"]);

/** The flags that take one of a few words. */
const WORDS: { readonly [name: string]: readonly string[] } = {
  format: FORMATS,
  kubernetes: KUBERNETES_MODES,
  "log-level": LOG_LEVELS,
};

/**
 * What the arguments (without node and the script) ask for. Throws a ConfigError with everything that is
 * wrong with them; `--help` is heard all the same.
 */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const given = new Map<Name, string>();
  /** By argument: one such as `-config` is six flags to parseArgs, and one problem to the reader. */
  const problems = new Map<number, string>();
  let unknownAt = Number.NaN;
  let kind: "run" | "check" | "verify" = "run";

  for (const token of tokens(argv)) {
    const { index } = token;
    const written = (argv[index] ?? "").replace(/=.*$/s, "");
    if (token.kind === "option" && isKnown(token.name) && written === token.rawName) {
      const problem = given.has(token.name)
        ? "is given twice; keep one"
        : kind === "verify" && !OF_VERIFY.has(token.name)
          ? "is nothing to `netlog verify`; remove it"
          : problemOf(token);
      if (problem !== undefined) problems.set(index, `${named(token.rawName)} ${problem}`);
      given.set(token.name, token.value ?? "");
    } else if (token.kind === "option") {
      problems.set(index, unknownFlag(written));
      unknownAt = index;
    } else if (token.kind === "positional" && index === 0 && isCommand(token.value)) {
      kind = token.value;
    } else if (token.kind === "positional" && index !== unknownAt + 1) {
      // The word behind an unknown flag is most likely its value.
      problems.set(index, `unexpected word ${shown(token.value)}; ${COMMANDS_SHOWN}`);
    }
  }

  if (given.has("help")) return kind === "verify" ? { kind: "help", of: kind } : { kind: "help" };
  if (problems.size > 0) throw new ConfigError([...problems.values()]);
  if (given.has("version")) return { kind: "version" };
  const flags = flagsOf(given);
  return kind === "verify" ? { kind, format: flags.format ?? "text" } : { kind, flags };
}

function tokens(argv: readonly string[]) {
  // Not strict: that throws at the first problem, in words of its own.
  return parseArgs({ args: [...argv], options: OPTIONS, strict: false, allowPositionals: true, tokens: true })
    .tokens;
}

type Given = {
  readonly name: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
};

/** What is wrong with a known flag's value, to be read behind the flag's name. */
function problemOf({ name, value, inlineValue }: Given): string | undefined {
  if (name === "help" || name === "version") {
    return value === undefined ? undefined : "takes no value; remove it";
  }
  // Where parseArgs took the next flag for the value, the value is what was forgotten.
  const missing = value === undefined || value === "" || (!inlineValue && value.startsWith("-"));
  const words = WORDS[name] ?? [];
  if (missing) return `needs a value; ${words.length > 0 ? oneOf(words, value) : "name a file"}`;
  return words.length === 0 || words.includes(value)
    ? undefined
    : `is ${shown(value)}; ${oneOf(words, value)}`;
}

function unknownFlag(name: string): string {
  const meant = nearest(name, Object.keys(OPTIONS));
  return `unknown flag ${named(name)}; ${meant === undefined ? "see --help" : `did you mean \`--${meant}\`?`}`;
}

function isCommand(word: string): word is (typeof COMMANDS)[number] {
  return COMMANDS.some((command) => command === word);
}

function isKnown(name: string): name is Name {
  return Object.hasOwn(OPTIONS, name);
}

function flagsOf(given: ReadonlyMap<Name, string>): Flags {
  const config = given.get("config");
  const format = FORMATS.find((word) => word === given.get("format"));
  const kubernetes = KUBERNETES_MODES.find((word) => word === given.get("kubernetes"));
  const logLevel = LOG_LEVELS.find((word) => word === given.get("log-level"));
  return {
    ...(config !== undefined && { config }),
    ...(format !== undefined && { format }),
    ...(kubernetes !== undefined && { kubernetes }),
    ...(logLevel !== undefined && { logLevel }),
  };
}

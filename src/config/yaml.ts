import { Composer, type CST, type Document, Lexer, LineCounter, type ParsedNode, Parser } from "yaml";

import { indexed, type Places, type Problem } from "./positions.ts";

/** A text that was read as YAML. With problems in `syntax` its value is undefined. */
export type YamlSource = {
  readonly value: unknown;
  readonly syntax: readonly Problem[];
  readonly duplicates: readonly Problem[];
  readonly places: Places;
  /** `line:column`, both from 1. */
  readonly lineColumn: (offset: number) => string;
};

/** Far above any configuration; far below what overflows the stack or keeps a CPU busy for minutes. */
const MAX_DEPTH = 40;
const MAX_TOKENS = 100_000;
/** The values that aliases of collections may expand to, relative to the text: stops the "billion laughs". */
const MAX_ALIASES = 100;

const OPTIONS = {
  prettyErrors: false,
  stringKeys: true,
  // Checked by indexed(): the library compares every pair of keys, which takes minutes for a large file.
  uniqueKeys: false,
  // Set, because a `%YAML 1.1` directive would turn `yes` into a boolean and `<<` into a merge.
  schema: "core",
  merge: false,
} as const;

export function parseYaml(text: string): YamlSource {
  const lines = new LineCounter();
  const syntax: Problem[] = [];
  const document = compose(text, lines, syntax);
  const { places, duplicates, dangling } = indexed(document?.contents ?? null);
  syntax.push(...dangling);
  const value = syntax.length === 0 && document !== undefined ? toValue(document, syntax) : undefined;
  return { value, syntax, duplicates, places, lineColumn: (offset) => lineColumn(lines, offset) };
}

function compose(
  text: string,
  lines: LineCounter,
  problems: Problem[],
): Document.Parsed<ParsedNode> | undefined {
  let first: Document.Parsed<ParsedNode> | undefined;
  const documents = new Composer<ParsedNode>(OPTIONS).compose(
    tokens(text, lines, problems),
    true,
    text.length,
  );
  for (const document of documents) {
    if (first !== undefined) {
      problems.push({ offset: document.range[0], text: SECOND_DOCUMENT });
      break;
    }
    first = document;
  }
  for (const { code, message, pos } of [...(first?.errors ?? []), ...(first?.warnings ?? [])]) {
    problems.push({ offset: pos[0], text: HELP[code] ?? `not valid YAML: ${message}` });
  }
  // What follows from a text that was given up half-way says nothing.
  return problems.length === 0 ? first : undefined;
}

function* tokens(text: string, lines: LineCounter, problems: Problem[]): Generator<CST.Token, void> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    count++;
    if (parser.stack.length > MAX_DEPTH || count > MAX_TOKENS) {
      const what = count > MAX_TOKENS ? "longer" : "nested deeper";
      problems.push({
        offset: parser.offset,
        text: `${what} than a configuration can be; is this the right file?`,
      });
      return;
    }
  }
  yield* parser.end();
}

const SECOND_DOCUMENT = "a second YAML document begins here; keep one and remove the `---` between them";

/** The library's own words are kept where they say enough. */
const HELP: { readonly [code: string]: string } = {
  TAB_AS_INDENT: "a tab in the indentation; write spaces",
  MULTILINE_IMPLICIT_KEY:
    "a key must stand on one line with its colon; write `key: value`, with a space after the colon",
  BLOCK_AS_IMPLICIT_KEY:
    "a second `: ` belongs to the same key; quote the value, or indent this line and the next alike",
  NON_STRING_KEY: "a key must be a word; write `key: value`",
  TAG_RESOLVE_FAILED: "a tag that is not known here; remove the word that begins with `!`",
  UNEXPECTED_TOKEN: "not expected here; remove it, or put the whole value in quotes",
  BAD_ALIAS: 'a `*` begins an alias; where it is meant, write it in quotes: "*"',
  BAD_INDENT: "indented differently from its neighbours; align it with them",
};

function toValue(document: Document.Parsed<ParsedNode>, problems: Problem[]): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    problems.push({ offset: 0, text: `aliases cannot be followed (${reason}); write the values out` });
    return undefined;
  }
}

function lineColumn(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${line}:${col}`;
}

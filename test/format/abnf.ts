import apg from "apg-js";

/** RFC 5234, appendix B.1; apg-js knows none of them. */
const CORE_RULES = {
  ALPHA: "%x41-5A / %x61-7A",
  DIGIT: "%x30-39",
  DQUOTE: "%x22",
  LF: "%x0A",
  SP: "%x20",
};

/**
 * Compiles a grammar of strict ABNF (no extension of apg-js's) to a test of whole texts.
 *
 * apg-js takes the first alternative that fits and the longest repetition and never comes back to them, so it
 * accepts nothing that the grammar refuses, but refuses what only another choice would fit.
 */
export function compileAbnf(abnf: string, startRule: string): (text: string) => boolean {
  const core = Object.entries(CORE_RULES).map(([name, definition]) => `${name} = ${definition}\n`);
  const api = new apg.apgApi(`${abnf}\n${core.join("")}`.replaceAll("\n", "\r\n"));
  api.generate(true);
  if (api.errors.length > 0) throw new Error(api.errorsToAscii());
  const grammar = api.toObject();
  const parser = new apg.apgLib.parser();
  return (text) => {
    const codePoints = Array.from(text, (character) => character.codePointAt(0) as number);
    return parser.parse(grammar, startRule, codePoints).success;
  };
}

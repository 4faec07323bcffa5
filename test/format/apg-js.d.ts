/** What the tests use of apg-js, which brings no types. */
declare module "apg-js" {
  type Grammar = object;
  class Api {
    constructor(abnf: string);
    readonly errors: readonly unknown[];
    generate(strict: boolean): void;
    errorsToAscii(): string;
    toObject(): Grammar;
  }
  class Parser {
    parse(grammar: Grammar, startRule: string, codePoints: number[]): { readonly success: boolean };
  }
  const apg: { readonly apgApi: typeof Api; readonly apgLib: { readonly parser: typeof Parser } };
  export default apg;
}

/** The longest line that is taken; Docker's form of one of netlog's may take six times as much as the line. */
const MAX_LINE = 65_536;

/**
 * The lines of a stream of UTF-8, without their line feeds. Of a line that is too long to be anything of netlog's
 * there comes the beginning. A rest at the end has no line feed: it is given as the generator's result, for it may be
 * cut anywhere, in a number too.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[], string> {
  const decoder = new TextDecoder(); // which leaves out a byte order mark, as it should
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = cut(lines.pop() ?? "");
    yield lines.map(cut);
  }
  return cut(rest + decoder.decode());
}

function cut(line: string): string {
  return line.length > MAX_LINE ? line.slice(0, MAX_LINE) : line;
}

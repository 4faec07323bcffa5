/** What a name may take in a line, with its quotes and escapes. None that Kubernetes or systemd accepts takes as much. */
const NAME_BYTES = 512;
const CUT = "…";

/**
 * A name as `write` quotes it; where that takes more than 512 bytes of UTF-8, as much of its beginning as fits,
 * with `…` behind it. `write` has to quote one character as it does among others.
 */
export function writeName(name: string, write: (text: string) => string): string {
  // Each UTF-16 unit takes a byte at least.
  if (name.length <= NAME_BYTES) {
    const whole = write(name.toWellFormed());
    if (Buffer.byteLength(whole) <= NAME_BYTES) return whole;
  }
  const mark = Buffer.byteLength(write(CUT));
  let start = "";
  let bytes = mark;
  for (const character of name) {
    bytes += Buffer.byteLength(write(character.toWellFormed() + CUT)) - mark;
    if (bytes > NAME_BYTES) break;
    start += character.toWellFormed();
  }
  return write(start + CUT);
}

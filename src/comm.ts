import { isUtf8 } from "node:buffer";

/**
 * A process name of raw bytes (a latin1 string) as text: UTF-8 where it is that, and each byte 0xNN that
 * belongs to no character as the lone surrogate U+DCNN, so that nothing is lost.
 */
export function decodeComm(bytes: string): string {
  if (/^[\x20-\x7e]*$/.test(bytes)) return bytes;
  const raw = Buffer.from(bytes, "latin1");
  if (isUtf8(raw)) return raw.toString("utf8");
  let text = "";
  for (let at = 0; at < raw.length; ) {
    const length = characterLength(raw, at);
    text +=
      length === 0
        ? String.fromCharCode(0xdc00 + (raw[at] as number))
        : raw.toString("utf8", at, at + length);
    at += length || 1;
  }
  return text;
}

/** The bytes that `decodeComm` was given. */
export function encodeComm(comm: string): Buffer {
  const parts = comm.match(/[\udc80-\udcff]|[^\udc80-\udcff]+/gu) ?? [];
  return Buffer.concat(
    parts.map((part) =>
      /^[\udc80-\udcff]$/u.test(part)
        ? Buffer.from([part.charCodeAt(0) - 0xdc00])
        : Buffer.from(part, "utf8"),
    ),
  );
}

/** Bytes of the character that begins here; 0 where none does. Nothing is thrown: any process can call itself so. */
function characterLength(raw: Buffer, at: number): number {
  const first = raw[at] as number;
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  return at + length <= raw.length && isUtf8(raw.subarray(at, at + length)) ? length : 0;
}

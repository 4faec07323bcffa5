import type { Fields, Reading } from "./log-line.ts";
import { QUOTED, unquote } from "./quoted.ts";
import { readTime } from "./time.ts";

// The grammar of ../format/README.md. Nothing here has two ways to go at one place, so what does not fit is refused
// in a time that grows with its length only.
const VALUE = String.raw`(?:${QUOTED}|[!#-<>-[\]-~]+)`;
const KEY = "(?!seq=)[A-Za-z0-9._/-]+";
const PAIRS = `((?: ${KEY}=${VALUE})*)`;
const SEQ = String.raw` seq=([0-9a-z]+)-([1-9]\d{0,15})$`;
const NAME = `(?:${QUOTED}|[A-Za-z0-9_.+:@/()~-][A-Za-z0-9_.+:@/()~# -]*)`;
const ADDRESS = String.raw`(?: \(any ip address\)|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]{2,45}(?:%\d{1,10})?\]):\d{1,5}`;
const SOCKET = `(?:UDP bind ${ADDRESS}|TCP ${ADDRESS} (?:<->|->|<-) ${ADDRESS}|UDP ${ADDRESS} <?-> ${ADDRESS})`;

const HEAD = new RegExp(String.raw`^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) (${VALUE}) netlog: `, "u");
const EVENT = new RegExp(String.raw`${NAME}\[\d{1,10}\] ${SOCKET} \(uid=\d{1,10}\)${PAIRS}${SEQ}`, "uy");
const RECORD = new RegExp(`#([a-z]+)${PAIRS}${SEQ}`, "uy");
const ONE_PAIR = new RegExp(` (${KEY})=(${VALUE})`, "uy");

/** Reads a line of the text format, given without its line feed. */
export function readTextLine(line: string): Reading {
  const head = HEAD.exec(line);
  if (head === null) return "foreign";
  const [before, time = "", node = ""] = head;
  const utcUs = readTime(time);
  // A bare name never begins with `#`, so no process can imitate a record.
  const isRecord = line[before.length] === "#";
  const pattern = isRecord ? RECORD : EVENT;
  pattern.lastIndex = before.length;
  const body = pattern.exec(line);
  if (body === null || utcUs === undefined) return "damaged";
  const [run = "", n] = body.slice(-2);
  const of = { node: unquote(node), run, n: Number(n), utcUs };
  if (!Number.isSafeInteger(of.n)) return "damaged";
  if (!isRecord) return of;
  const fields = readPairs(body[2] ?? "");
  return fields === undefined ? "damaged" : { ...of, record: { name: body[1] ?? "", fields } };
}

/** The pairs of a record, which fit the grammar; undefined where a key stands twice. */
function readPairs(text: string): Fields | undefined {
  const fields = new Map<string, string>();
  ONE_PAIR.lastIndex = 0;
  for (let pair = ONE_PAIR.exec(text); pair !== null; pair = ONE_PAIR.exec(text)) {
    const [, key = "", value = ""] = pair;
    if (fields.has(key)) return undefined;
    fields.set(key, unquote(value));
  }
  return fields;
}

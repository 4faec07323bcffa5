import type { JsonSchema, Parsed } from "./parsed.ts";

const STAR = "`*` is any characters";
/** What the kernel keeps of a process's name. */
const COMM_BYTES = 15;
export const UID_MAX = 4_294_967_295;

const NAME = /^[a-z0-9.*-]{1,253}$/;
export const NAME_PATTERN: JsonSchema = { type: "string", pattern: NAME.source };

/** Of Kubernetes: lower-case letters, digits, `-` and `.`. */
export function parseNamePattern(given: unknown): Parsed<string> {
  if (typeof given === "string" && NAME.test(given)) return { value: given };
  return { fix: `write a name, such as \`shop\` or \`web-*\`, of a-z 0-9 . - where ${STAR}` };
}

/** Any text: a process can call itself as it likes. */
export function parseCommPattern(given: unknown): Parsed<string> {
  if (typeof given !== "string" || given === "")
    return { fix: `write the name of a process as text, such as \`curl\` or \`php*\`; ${STAR}` };
  const start = Buffer.from(given).subarray(0, COMM_BYTES).toString();
  if (Buffer.byteLength(given.replaceAll("*", "")) <= COMM_BYTES) return { value: given };
  return { fix: `write \`${start}\`: of a process's name the kernel keeps ${COMM_BYTES} bytes` };
}

export function parseUid(given: unknown): Parsed<number> {
  if (Number.isInteger(given) && Number(given) >= 0 && Number(given) <= UID_MAX)
    return { value: Number(given) };
  return { fix: "write a user id as the host counts it, such as 0 or 1000" };
}

const LABEL_KEY = /^(?=.{1,317}$)(?:[a-z0-9.-]+\/)?[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** Reads one label's key; a `*` in it would be in vain. */
export function parseLabelKey(key: string): Parsed<string> {
  if (LABEL_KEY.test(key)) return { value: key };
  return { fix: "write the whole key of a label, such as `team` or `example.com/tier`" };
}

export function parseLabelValue(given: unknown): Parsed<string> {
  if (typeof given === "string" && /^[A-Za-z0-9._*-]{0,63}$/.test(given)) return { value: given };
  if (typeof given === "boolean" || typeof given === "number")
    return { fix: `write "${given}", with the quotes` };
  return { fix: `write a label's value, such as \`payments\` or \`v1.*\`, where ${STAR}` };
}

import { isIPv4, isIPv6 } from "node:net";

import type { JsonSchema, Parsed } from "./parsed.ts";

/** Where to listen; without a host on every address of the machine. */
export type Listen = { readonly host?: string; readonly port: number };

const FORMS = '":9464", "127.0.0.1:9464" or "[::1]:9464"';
const LISTEN = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/;
export const WRITTEN_LISTEN: JsonSchema = {
  type: "string",
  pattern: String.raw`^((\[[^\]]+\]|[^:[\]]*):\d{1,5})?$`,
};

/**
 * Reads `:9464`, `127.0.0.1:9464`, `[::1]:9464`, or empty text for "do not listen".
 *
 * Host names are refused: what one resolves to, and so who can reach the port, would be decided elsewhere.
 */
export function parseListen(given: unknown): Parsed<Listen | undefined> {
  if (given === "") return { value: undefined };
  if (typeof given === "number" && isPort(given)) return { fix: `write ":${given}"` };
  if (typeof given !== "string") return { fix: `write ${FORMS}, or "" for off` };

  const [match, ipv6, ipv4, digits] = LISTEN.exec(given) ?? [];
  if (match === undefined) return { fix: withoutMatch(given) };
  const port = Number(digits);
  if (!isPort(port)) return { fix: "write a port from 1 to 65535" };
  const host = ipv6 ?? ipv4 ?? "";
  if (ipv6 !== undefined ? isIPv6(host) : isIPv4(host)) return { value: { host, port } };
  if (ipv6 === undefined && host === "") return { value: { port } };
  if (host === "*") return { fix: `write ":${port}" for every address` };
  return { fix: `write an IP address before the port: ${FORMS}` };
}

function withoutMatch(given: string): string {
  if (/^\d+$/.test(given) && isPort(Number(given))) return `write ":${given}"`;
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(given) ?? [];
  if (host !== undefined && isIPv6(host) && !isIPv6(given)) return `write "[${host}]:${port}"`;
  return `write ${FORMS}, or "" for off`;
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

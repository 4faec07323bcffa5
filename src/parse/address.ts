import { isIP, isIPv4 } from "node:net";
import type { Endpoint } from "../event.ts";

const MAPPED = "::ffff:";

/**
 * An address as bpftrace's ntop() prints it, with its port: IPv4-mapped folded to IPv4, `%<ifindex>` behind
 * a link-local one. Undefined where it is no address or no port.
 *
 * ntop() is inet_ntop of the C library, whose IPv6 text is RFC 5952's.
 */
export function endpoint(
  address: string | undefined,
  port: string | undefined,
  device: number,
): Endpoint | undefined {
  const number = Number(port);
  if (address === undefined || !(number <= 0xffff) || isIP(address) === 0) return undefined;
  if (address.startsWith(MAPPED) && isIPv4(address.slice(MAPPED.length))) {
    return { address: address.slice(MAPPED.length), port: number };
  }
  const linkLocal = /^fe[89ab][0-9a-f]:/.test(address) && device !== 0;
  return { address: linkLocal ? `${address}%${device}` : address, port: number };
}

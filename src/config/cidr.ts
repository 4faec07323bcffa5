import { type AddressBits, addressBits, type Cidr } from "../cidr.ts";
import type { JsonSchema, Parsed } from "./parsed.ts";

const FORMS = "write an address or a block of them, such as `10.0.0.7`, `10.0.0.0/8` or `2001:db8::/32`";

export const CIDR: JsonSchema = { type: "string", pattern: String.raw`^[0-9A-Fa-f.:]+(/\d{1,3})?$` };

/** Reads `10.0.0.0/8`, `2001:db8::/32`, or an address, which is a block of one. */
export function parseCidr(given: unknown): Parsed<Cidr> {
  const [, address = "", digits] =
    typeof given === "string" ? (/^([^/]*)(?:\/(\d{1,3}))?$/.exec(given) ?? []) : [];
  const bits = addressBits(address);
  if (bits === undefined) return { fix: FORMS };
  if (address.includes("%")) return { fix: "leave the `%` and what follows away: any interface is meant" };
  const length = bits.length * 32;
  const prefix = Number(digits ?? length);
  if (prefix > length) return { fix: `write a length from 0 to ${length} behind the slash` };

  const network = masked(bits, prefix);
  const isMapped = bits.length === 4 && prefix >= 96 && bits[0] === 0 && bits[1] === 0 && bits[2] === 0xffff;
  if (isMapped) {
    return {
      fix: `write \`${written(network.slice(3))}/${prefix - 96}\`: netlog has such addresses as IPv4`,
    };
  }
  if (network.some((word, index) => word !== bits[index])) {
    return { fix: `write \`${written(network)}/${prefix}\`, or \`${address}\` for the one address` };
  }
  return { value: { network, prefix } };
}

function masked(bits: AddressBits, prefix: number): AddressBits {
  return bits.map((word, index) => {
    const kept = Math.min(Math.max(prefix - 32 * index, 0), 32);
    return kept === 0 ? 0 : word & (-1 << (32 - kept));
  });
}

function written(bits: AddressBits): string {
  const hex = bits.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  if (bits.length === 1) return (hex.match(/../g) ?? []).map((octet) => Number.parseInt(octet, 16)).join(".");
  const full = (hex.match(/..../g) ?? []).join(":");
  // The URL standard writes IPv6 as RFC 5952 does.
  return new URL(`http://[${full}]/`).hostname.slice(1, -1);
}

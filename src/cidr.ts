/** An address as numbers of 32 bits, the highest first: one for IPv4, four for IPv6. */
export type AddressBits = readonly number[];

/** A block of addresses: those whose first `prefix` bits are the network's. */
export type Cidr = { readonly network: AddressBits; readonly prefix: number };

/** The bits of an address; a zone (`%2`) is passed over. Undefined where the text is none. */
export function addressBits(text: string): AddressBits | undefined {
  if (!text.includes(":")) {
    const bits = ipv4Bits(text);
    return bits === undefined ? undefined : [bits];
  }
  const zone = text.indexOf("%");
  return ipv6Bits(zone === -1 ? text : text.slice(0, zone));
}

/** IPv4 addresses are in no block of IPv6, nor the other way round. */
export function contains({ network, prefix }: Cidr, bits: AddressBits): boolean {
  if (bits.length !== network.length) return false;
  for (let index = 0, left = prefix; left > 0; index++, left -= 32) {
    const mask = left >= 32 ? -1 : -1 << (32 - left);
    if ((((network[index] as number) ^ (bits[index] as number)) & mask) !== 0) return false;
  }
  return true;
}

/** Four numbers from 0 to 255 without leading zeros. */
function ipv4Bits(text: string): number | undefined {
  let bits = 0;
  let octet = -1; // before its first digit
  let dots = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit === -2 && octet >= 0) {
      bits = (bits << 8) | octet;
      octet = -1;
      dots++;
    } else if (digit >= 0 && digit <= 9 && octet !== 0) {
      octet = octet === -1 ? digit : octet * 10 + digit;
      if (octet > 255) return undefined;
    } else {
      return undefined;
    }
  }
  return dots === 3 && octet >= 0 ? (bits << 8) | octet : undefined;
}

const GROUP = /^[0-9a-fA-F]{1,4}$/;

function ipv6Bits(text: string): AddressBits | undefined {
  const [before = "", after, ...more] = text.split("::");
  const head = groups(before, after === undefined);
  const tail = after === undefined ? [] : groups(after, true);
  if (head === undefined || tail === undefined || more.length > 0) return undefined;
  const missing = 8 - head.length - tail.length;
  if (after === undefined ? missing !== 0 : missing < 1) return undefined; // `::` stands for one group at least
  const all = [...head, ...new Array<number>(missing).fill(0), ...tail];
  return [0, 2, 4, 6].map((index) => ((all[index] as number) << 16) | (all[index + 1] as number));
}

/** Of 16 bits each. The last two can be written as an IPv4 address where they end the whole. */
function groups(text: string, isEnd: boolean): number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  const values: number[] = [];
  for (const [index, part] of parts.entries()) {
    const ipv4 = isEnd && index === parts.length - 1 && part.includes(".") ? ipv4Bits(part) : undefined;
    if (ipv4 !== undefined) values.push(ipv4 >>> 16, ipv4 & 0xffff);
    else if (GROUP.test(part)) values.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return values;
}

import assert from "node:assert/strict";
import { BlockList, isIP, isIPv6 } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import { addressBits, type Cidr, contains } from "../src/cidr.ts";

const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.constantFrom("::", "::1", "0.0.0.0", "255.255.255.255", "fe80::1", "1:2:3:4:5:6:7::", "::10.0.0.1"),
);

for (const [text, bits] of [
  ["0.0.0.0", [0]],
  ["127.0.0.1", [0x7f00_0001]],
  ["10.20.30.40", [0x0a14_1e28]],
  ["::", [0, 0, 0, 0]],
  ["::1", [0, 0, 0, 1]],
  ["2001:db8::8:9", [0x2001_0db8, 0, 0, 0x0008_0009]],
  ["fe80::1%2", [0xfe80_0000 | 0, 0, 0, 1]],
  ["64:ff9b::1.2.3.4", [0x0064_ff9b, 0, 0, 0x0102_0304]],
] as const) {
  test(`The bits of ${text} are its own`, () => assert.deepEqual(addressBits(text), bits));
}

const almost = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."0123456789abcf.:%/ "), maxLength: 20 }),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc
    .tuple(address, fc.nat({ max: 20 }), fc.constantFrom(":", ".", "0", "", "g", "::"))
    .map(([text, at, more]) => text.slice(0, at) + more + text.slice(at + 1)),
);

test("A text has bits where it is an address, and only there", () => {
  fc.assert(
    fc.property(fc.oneof(address, almost), (text) => {
      fc.pre(!text.includes("%")); // a zone can be any text
      assert.equal(addressBits(text) !== undefined, isIP(text) !== 0, JSON.stringify(text));
    }),
    { numRuns: 5000 },
  );
});

test("A block contains what Node's own list of blocks says it does", () => {
  const sized = fc.tuple(address, fc.integer({ min: 0, max: 128 }));
  fc.assert(
    fc.property(sized, address, fc.boolean(), ([text, length], other, isOther) => {
      const family = isIPv6(text) ? "ipv6" : "ipv4";
      const prefix = family === "ipv6" ? length : length % 33;
      const cidr: Cidr = { network: addressBits(text) as number[], prefix };
      const list = new BlockList();
      list.addSubnet(text, prefix, family);
      const candidate = isOther ? other : text;
      const isSameFamily = isIPv6(candidate) === (family === "ipv6");
      const expected = isSameFamily && list.check(candidate, family);
      assert.equal(
        contains(cidr, addressBits(candidate) as number[]),
        expected,
        `${text}/${prefix} ${candidate}`,
      );
    }),
    { numRuns: 3000 },
  );
});

test("At each length a block ends where the first bit behind it differs", () => {
  for (const [text, length] of [
    ["170.85.170.85", 32],
    ["aa55:aa55:aa55:aa55:aa55:aa55:aa55:aa55", 128],
  ] as const) {
    const network = addressBits(text) as number[];
    for (let prefix = 0; prefix <= length; prefix++) {
      for (const bit of [prefix - 1, prefix]) {
        if (bit < 0 || bit >= length) continue;
        const flipped = network.map((word, index) =>
          index === bit >> 5 ? word ^ (1 << (31 - (bit & 31))) : word,
        );
        assert.equal(contains({ network, prefix }, flipped), bit >= prefix, `${text}/${prefix} ${bit}`);
      }
    }
  }
});

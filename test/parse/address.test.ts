import assert from "node:assert/strict";
import { test } from "node:test";
import { endpoint } from "../../src/parse/address.ts";

const cases = [
  ["IPv4 stays as it is", "130.59.10.36", 0, "130.59.10.36"],
  ["a device says nothing about IPv4", "169.254.1.1", 2, "169.254.1.1"],
  ["the wildcard of IPv4 stays", "0.0.0.0", 0, "0.0.0.0"],
  ["the wildcard of IPv6 stays", "::", 3, "::"],
  ["IPv6 stays as it is", "2001:db8::1", 3, "2001:db8::1"],
  ["an IPv4-mapped address is IPv4", "::ffff:10.1.0.7", 0, "10.1.0.7"],
  ["the mapped wildcard is IPv4's", "::ffff:0.0.0.0", 0, "0.0.0.0"],
  ["an IPv4-translated address is not a mapped one", "::ffff:0:102:304", 0, "::ffff:0:102:304"],
  ["an IPv4-compatible address is not a mapped one", "::10.1.0.7", 0, "::10.1.0.7"],
  ["a link-local address has its device behind it", "fe80::1", 3, "fe80::1%3"],
  ["so has one at the end of that range", "febf:ffff::1", 3, "febf:ffff::1%3"],
  ["a link-local address without a device stays as it is", "fe80::1", 0, "fe80::1"],
  ["a site-local address has no device", "fec0::1", 3, "fec0::1"],
  ["what only begins with the same letters has no device", "fe8::1", 3, "fe8::1"],
] as const;

for (const [title, address, device, expected] of cases) {
  test(`${title}: ${address}`, () => {
    assert.deepEqual(endpoint(address, "443", device), { address: expected, port: 443 });
  });
}

const none = [
  ["no address", undefined, "1"],
  ["an empty address", "", "1"],
  ["three octets", "10.0.0", "1"],
  ["an octet of 256", "10.0.0.256", "1"],
  ["two gaps", "1::2::3", "1"],
  ["nine groups", "1:2:3:4:5:6:7:8:9", "1"],
  ["hexadecimal digits alone", "face", "1"],
  ["mapping twice", "::ffff:::ffff:10.0.0.1", "1"],
  ["no port", "10.0.0.1", undefined],
  ["a port of 65536", "10.0.0.1", "65536"],
  ["a port that is no number", "10.0.0.1", "http"],
] as const;

for (const [what, address, port] of none) {
  test(`With ${what} there is no endpoint`, () => assert.equal(endpoint(address, port, 3), undefined));
}

for (const port of [0, 1, 65535]) {
  test(`Port ${port} is one`, () => assert.equal(endpoint("::1", String(port), 0)?.port, port));
}

test("Whatever looks like a mapped address and is none is not cut", () => {
  assert.deepEqual(endpoint("::ffff:0:1.2.3.4", "1", 0), { address: "::ffff:0:1.2.3.4", port: 1 });
});

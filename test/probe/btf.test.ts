import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { findBtfEnumerators, findBtfFunctions } from "../../src/probe/btf.ts";
import { type BtfType, btfImage } from "./btf-image.ts";

const VMLINUX = "/sys/kernel/btf/vmlinux";
const [FUNCTION, UNKNOWN] = [12, 20];
const WANTED = ["inet_bind", "inet6_bind", "tcp_v4_connect", "bind"];

const called = (name: string): BtfType => ({ kind: FUNCTION, name });

/** Every kind but functions, each with as many bytes behind it as the kernel's description says. */
const OTHERS: readonly (readonly [string, BtfType])[] = [
  ["an integer", { kind: 1, name: "int", more: 4 }],
  ["a pointer", { kind: 2 }],
  ["an array", { kind: 3, more: 12 }],
  ["a structure", { kind: 4, name: "tcp_v4_connect", parts: 3, more: 36 }],
  ["a union", { kind: 5, name: "u", parts: 2, more: 24 }],
  ["an enumeration", { kind: 6, name: "e", parts: 2, more: 16 }],
  ["a forward", { kind: 7, name: "f" }],
  ["a typedef", { kind: 8, name: "t" }],
  ["volatile", { kind: 9 }],
  ["const", { kind: 10 }],
  ["restrict", { kind: 11 }],
  ["a prototype", { kind: 13, parts: 3, more: 24 }],
  ["a variable", { kind: 14, name: "v", more: 4 }],
  ["a section", { kind: 15, name: "s", parts: 2, more: 24 }],
  ["a float", { kind: 16, name: "double" }],
  ["a declaration's tag", { kind: 17, name: "d", more: 4 }],
  ["a type's tag", { kind: 18, name: "user" }],
  ["an enumeration of 64 bits", { kind: 19, name: "e64", parts: 2, more: 24 }],
];

for (const [what, type] of OTHERS) {
  test(`A function is found behind ${what}, which is none`, () => {
    const image = btfImage([called("inet_bind"), type, called("inet6_bind")]);
    assert.deepEqual(findBtfFunctions(image, WANTED), new Set(["inet_bind", "inet6_bind"]));
  });
}

test("What a newer kernel adds ends the reading, with what was found before", () => {
  const image = btfImage([called("inet_bind"), { kind: UNKNOWN, more: 4 }, called("inet6_bind")]);
  assert.deepEqual(findBtfFunctions(image, WANTED), new Set(["inet_bind"]));
});

for (const [what, image] of [
  ["An empty file", Buffer.alloc(0)],
  ["Something else", Buffer.alloc(100, "ELF")],
  ["A header alone", btfImage([])],
] as const) {
  test(`${what} describes no function`, () => {
    assert.deepEqual(findBtfFunctions(image, WANTED), new Set());
  });
}

test("An enumeration's names have the values that stand beside them, behind types of every kind", () => {
  const enumeration = { kind: 6, name: "subsys_id", enumerators: { cpu_id: 1, memory_id: 4, NONE: -1 } };
  const image = btfImage([...OTHERS.map(([, type]) => type), enumeration, called("inet_bind")]);
  assert.deepEqual(
    [...findBtfEnumerators(image, "subsys_id")],
    [
      ["cpu_id", 1],
      ["memory_id", 4],
      ["NONE", -1],
    ],
  );
  assert.deepEqual(findBtfEnumerators(image, "other_id"), new Map());
  assert.deepEqual(findBtfEnumerators(Buffer.alloc(0), "subsys_id"), new Map());
});

const skip = existsSync(VMLINUX) ? false : "this kernel does not describe its types";

test("This kernel describes its own functions", { skip }, () => {
  const wanted = ["tcp_v4_connect", "inet_bind", "sock"]; // the last is the name of a structure
  const functions = findBtfFunctions(readFileSync(VMLINUX), wanted);
  assert.deepEqual(functions, new Set(["tcp_v4_connect", "inet_bind"]));
});

test("This kernel's own enumeration of controllers is read, which counts them at its end", { skip }, () => {
  const ids = findBtfEnumerators(readFileSync(VMLINUX), "cgroup_subsys_id");
  assert.equal(ids.get("cpuset_cgrp_id"), 0);
  assert.equal(ids.get("CGROUP_SUBSYS_COUNT"), ids.size - 1);
});

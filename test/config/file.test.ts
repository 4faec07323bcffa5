import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";

import { parseConfig, readConfig } from "../../src/config.ts";

test("without a file there are the defaults, with the flags over them", () => {
  assert.deepEqual(readConfig({}), parseConfig("", "", {}));
  assert.equal(readConfig({ format: "json" }).format, "json");
});

test("a file is read, its byte order mark left out", (t) => {
  const path = fileWith(t, "\ufeffformat: json # é\n");
  assert.equal(readConfig({ config: path }).format, "json");
});

test("problems of the content carry the path as it was given", (t) => {
  const path = fileWith(t, "format: xml");
  assert.throws(() => readConfig({ config: path }), {
    message: `${path}:1:9: \`format\` is "xml"; write text or json`,
  });
});

test("a file that is not there is named with the fix", (t) => {
  const path = fileWith(t, "");
  const fix = "no such file; name one that exists with --config, or leave --config out for the defaults";
  assert.throws(() => readConfig({ config: `${path}.yaml` }), {
    name: "ConfigError",
    message: `${path}.yaml: ${fix}`,
  });
  assert.throws(() => readConfig({ config: `${path}/a` }), /not a directory; correct --config$/);
  assert.throws(() => readConfig({ config: tmpdir() }), {
    message: `${tmpdir()}: a directory; name the file in it`,
  });
  assert.throws(() => readConfig({ config: "a\0b" }), /^ConfigError: a\\x00b: cannot be read: /);
});

const asRoot = process.getuid?.() === 0 && "root may read every file";
test("a file that may not be read is refused with the fix", { skip: asRoot }, (t) => {
  const path = fileWith(t, "");
  chmodSync(path, 0);
  assert.throws(
    () => readConfig({ config: path }),
    /not readable for this user; change the file's mode or owner$/,
  );
});

test("a mebibyte is read, one byte more is not", (t) => {
  assert.ok(readConfig({ config: fileWith(t, `#${" ".repeat((1 << 20) - 1)}`) }));
  const path = fileWith(t, `#${" ".repeat(1 << 20)}`);
  assert.throws(() => readConfig({ config: path }), {
    message: `${path}: larger than 1 MiB; is this the right file?`,
  });
});

test("a device that never ends is not read to its end", () => {
  assert.throws(() => readConfig({ config: "/dev/zero" }), /^ConfigError: \/dev\/zero: larger than 1 MiB/);
});

const NOT_UTF8: readonly (readonly [title: string, bytes: number[], place: string])[] = [
  ["Latin-1", [...Buffer.from("# a\n# é\n# caf"), 0xe9, 0x0a], "3:6"],
  ["UTF-16", [0xff, 0xfe, 0x61, 0x00], "1:1"],
  ["a character cut off at the end", [0x23, 0xc3], "1:2"],
  ["an overlong form", [0x23, 0x0a, 0xc0, 0xaf], "2:1"],
];
test("a file that is not UTF-8 is refused with the place", async (t) => {
  for (const [title, bytes, place] of NOT_UTF8) {
    await t.test(title, (t) => {
      const path = fileWith(t, Buffer.from(bytes));
      const message = `${path}:${place}: not UTF-8; save the file as UTF-8`;
      assert.throws(() => readConfig({ config: path }), { name: "ConfigError", message });
    });
  }
});

function fileWith(t: { after: TestContext["after"] }, content: string | Buffer): string {
  const directory = mkdtempSync(join(tmpdir(), "netlog-config-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "config.yaml");
  writeFileSync(path, content);
  return path;
}

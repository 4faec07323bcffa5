import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { placeOf } from "../../../src/identity/cgroup/path.ts";
import { PATHS } from "./paths.ts";

for (const [layout, path, place] of PATHS) {
  test(`The path of ${layout} is read`, () => assert.deepEqual(placeOf(path), place));
}

test("Whatever a container names below itself, it stays what it is", () => {
  const segment = fc.oneof(
    fc.string({ minLength: 1 }).map((text) => text.replaceAll("/", "_")),
    fc.constantFrom(...PATHS.flatMap(([, path]) => path.split("/"))),
  );
  const inContainer = PATHS.filter(
    ([, , { podUid, containerId }]) => podUid !== undefined && containerId !== undefined,
  );
  fc.assert(
    fc.property(fc.constantFrom(...inContainer), fc.array(segment), ([, path, place], below) => {
      assert.deepEqual(placeOf([path, ...below].join("/")), place);
    }),
  );
});

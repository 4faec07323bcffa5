import assert from "node:assert/strict";
import { ApiFailure } from "../../../src/identity/kubernetes/errors.ts";
import { complaint } from "../../../src/identity/kubernetes/metadata.ts";
import { namespaceSchema } from "../../../src/identity/kubernetes/namespace-object.ts";
import { podSchema } from "../../../src/identity/kubernetes/pod-object.ts";
import { readEvent, readList } from "../../../src/identity/kubernetes/watch-event.ts";

/** Any answer of the API: its objects are read with sorted labels, or told of; else it is malformed. */
export function fuzz(data: Buffer): void {
  const text = data.toString("utf8");
  for (const object of objectsIn(text)) {
    for (const schema of [podSchema, namespaceSchema]) {
      const read = schema.safeParse(object);
      if (!read.success) {
        assert.ok(complaint(object, read.error).length > 0);
        continue;
      }
      const { uid, name, labels } = read.data;
      assert.ok(uid !== "" && name !== "");
      assert.deepEqual(
        labels,
        labels.toSorted(([one], [other]) => (one < other ? -1 : 1)),
      );
    }
  }
  for (const key in {}) assert.fail(`every object has got a ${key}`);
}

function objectsIn(text: string): unknown[] {
  const readers = [(text: string) => [readEvent(text).object], (text: string) => readList(text).items];
  return readers.flatMap((read) => {
    try {
      return read(text);
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      return [];
    }
  });
}

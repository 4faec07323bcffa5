import * as z from "zod";

import { nearest, plain } from "./nearest.ts";
import type { Path, Problem } from "./positions.ts";
import { named, shown } from "./quote.ts";
import type { YamlSource } from "./yaml.ts";

/** What the schema found, as sentences with the key, what was given and the fix. */
export function describe(error: z.ZodError, schema: z.ZodType, source: YamlSource): Problem[] {
  const keys = keyPaths(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));
  return error.issues.flatMap((issue): Problem[] => {
    const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        offset: source.places.key([...path, key]),
        text: unknownKey(path, key, keys),
      }));
    }
    const given = shown(valueAt(source.value, path));
    const text =
      path.length === 0
        ? `the file holds ${given}; write keys, such as \`format: text\``
        : `${named(dotted(path))} is ${given}; ${issue.message}`;
    return [{ offset: source.places.value(path), text }];
  });
}

function unknownKey(path: Path, key: string, keys: readonly (readonly string[])[]): string {
  const here = path.filter((part) => typeof part === "string");
  const unknown = `unknown key ${named(dotted([...path, key]))}`;
  const siblings = keys
    .filter((known) => dotted(known.slice(0, -1)) === dotted(here))
    .map((known) => known.at(-1) ?? "");
  const sibling = nearest(key, siblings);
  if (sibling !== undefined) return `${unknown}; did you mean ${named(dotted([...path, sibling]))}?`;

  const elsewhere = keys.find(
    (known) => plain(known.at(-1) ?? "") === plain(key) || plain(dotted(known)) === plain(key),
  );
  if (elsewhere !== undefined) {
    const parent = elsewhere.slice(0, -1);
    const place = parent.length > 0 ? `under ${named(dotted(parent))}` : "at the top level";
    return `${unknown}; did you mean ${named(elsewhere.at(-1) ?? "")} ${place}?`;
  }
  return `${unknown}; known here: ${siblings.join(", ")}`;
}

/** Every key that the schema knows, with the keys above it. Keys of list items have the list's key above. */
function keyPaths(schema: z.core.JSONSchema._JSONSchema, above: readonly string[] = []): string[][] {
  if (typeof schema === "boolean") return [];
  const below = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => [
    [...above, key],
    ...keyPaths(value, [...above, key]),
  ]);
  const items = schema.items;
  return items === undefined || Array.isArray(items) ? below : [...below, ...keyPaths(items, above)];
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, part) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, part) : undefined),
    value,
  );
}

/** `connect.pendingAfter`, `events[2]`. */
function dotted(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}

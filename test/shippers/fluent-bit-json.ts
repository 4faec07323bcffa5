/** Keys in their order, so that one that stands twice can be seen. */
export type Members = readonly (readonly [key: string, value: unknown])[];

/**
 * What Fluent Bit's kubernetes filter makes of a record with `Merge_Log On` and `Keep_Log Off`, by its documentation
 * and source: a `log` that is one JSON object is replaced by that object's members, below `mergeLogKey` where there
 * is one. Another `log` stays.
 */
export function mergeLog(record: Members, mergeLogKey?: string): Members {
  const log = record.find(([key]) => key === "log")?.[1];
  const object = typeof log === "string" ? parseObject(log) : undefined;
  if (object === undefined) return record;
  const others = record.filter(([key]) => key !== "log");
  return mergeLogKey === undefined
    ? [...others, ...Object.entries(object)]
    : [...others, [mergeLogKey, object]];
}

/** What its Elasticsearch output makes of a record's keys with `Replace_Dots On`, at every depth. */
export function replaceDots(members: Members): Members {
  return members.map(([key, value]) => [
    key.replaceAll(".", "_"),
    isObject(value) ? replaceDots(Object.entries(value)) : value,
  ]);
}

/**
 * Why Elasticsearch refuses a document, by its documentation: a dot in a key is a step into an object, and what is an
 * object under one key cannot be a value under another; nor may a key stand twice. Undefined where it takes it.
 */
export function refusal(members: Members): string | undefined {
  const paths = leaves(members, "");
  const values = new Set(paths);
  if (values.size < paths.length) return "a key stands twice";
  for (const path of paths) {
    for (let dot = path.indexOf("."); dot !== -1; dot = path.indexOf(".", dot + 1)) {
      const object = path.slice(0, dot);
      if (values.has(object)) return `${object} is a value and an object`;
    }
  }
  return undefined;
}

function leaves(members: Members, prefix: string): string[] {
  return members.flatMap(([key, value]) => {
    if (Array.isArray(value)) return leaves(value as Members, `${prefix}${key}.`);
    return isObject(value) ? leaves(Object.entries(value), `${prefix}${key}.`) : [prefix + key];
  });
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

import * as z from "zod";
import { ApiFailure } from "./errors.ts";

/** One line of a watch. `version` is the resourceVersion to go on from, where it tells one. */
export type WatchEvent = {
  readonly type: string;
  readonly object: unknown;
  readonly version: string | undefined;
};

const eventSchema = z.object({ type: z.string(), object: z.unknown() });
const versionSchema = z.object({ metadata: z.object({ resourceVersion: z.string().min(1) }) });
const listSchema = z.object({
  metadata: z.object({ resourceVersion: z.string().min(1) }),
  items: z.array(z.unknown()).nullish(),
});

/** @throws ApiFailure `malformed`: an event is lost, so that all has to be listed anew */
export function readEvent(line: string): WatchEvent {
  const event = eventSchema.safeParse(parseJson(line));
  if (event.data === undefined) throw malformed("a line that is no event of a watch");
  const { type, object } = event.data;
  return { type, object, version: versionSchema.safeParse(object).data?.metadata.resourceVersion };
}

/** @throws ApiFailure `malformed` */
export function readList(text: string): { readonly version: string; readonly items: readonly unknown[] } {
  const list = listSchema.safeParse(parseJson(text));
  if (list.data === undefined) throw malformed("something that is no list");
  return { version: list.data.metadata.resourceVersion, items: list.data.items ?? [] };
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What has to be listed anew, as an event is lost. */
export function malformed(what: string): ApiFailure {
  return new ApiFailure("malformed", `the API server sent ${what}`, { relist: true });
}

import * as z from "zod";
import type { Label } from "../../origin.ts";

/** Go leaves out what is empty, or writes null for it. */
export const identitySchema = z.object({
  metadata: z.object({ uid: z.string().min(1), name: z.string().min(1) }),
});

export const metadataSchema = z.object({
  uid: z.string().min(1),
  name: z.string().min(1),
  labels: z.record(z.string(), z.string()).nullish(),
});

/** In the order of their keys, by code units. */
export function sortedLabels(labels: Readonly<Record<string, string>> | null | undefined): readonly Label[] {
  return Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What is wrong with an object, and with which: `shop/web-7d9f8: spec.containers: expected array, received undefined`. */
export function complaint(object: unknown, { issues }: z.ZodError): string {
  const { namespace, name } = namesSchema.parse(object).metadata;
  const which = [namespace, name].filter((part) => part !== undefined).join("/");
  const [issue] = issues;
  const where = issue?.path.map(String).join(".") || "it";
  return `${which || "one without a name"}: ${where}: ${issue?.message ?? "not as expected"}`;
}

const NAMELESS = { namespace: undefined, name: undefined };
const nameSchema = z.string().optional().catch(undefined);
const namesSchema = z
  .object({ metadata: z.object({ namespace: nameSchema, name: nameSchema }).catch(NAMELESS) })
  .catch({ metadata: NAMELESS });

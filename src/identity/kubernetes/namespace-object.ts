import * as z from "zod";
import type { Label } from "../../origin.ts";
import { metadataSchema, sortedLabels } from "./metadata.ts";

export type Namespace = {
  readonly uid: string;
  readonly name: string;
  /** In the order of their keys. */
  readonly labels: readonly Label[];
};

/** A Namespace, or the PartialObjectMetadata of one. */
export const namespaceSchema = z
  .object({ metadata: metadataSchema })
  .transform(
    ({ metadata: { uid, name, labels } }): Namespace => ({ uid, name, labels: sortedLabels(labels) }),
  );

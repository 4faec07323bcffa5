import type { Cluster } from "./cluster.ts";
import { ApiFailure, asFailure } from "./errors.ts";
import { complaint } from "./metadata.ts";
import { type Namespace, namespaceSchema } from "./namespace-object.ts";
import { get, readWhole } from "./request.ts";
import { TIMES } from "./times.ts";
import { parseJson } from "./watch-event.ts";

const MAX_BYTES = 4 * 2 ** 20;

export type ReadNamespaceOptions = {
  readonly cluster: Cluster;
  readonly name: string;
  /** netlog's own, for the User-Agent. */
  readonly version: string;
  readonly signal: AbortSignal;
  /** Other than the real ones in tests only. */
  readonly times?: { readonly headersMs: number };
};

/** Asks once for one namespace's metadata. It never rejects. */
export async function readNamespace(options: ReadNamespaceOptions): Promise<Namespace | ApiFailure> {
  const { cluster, name, version, signal, times = TIMES } = options;
  try {
    const response = await get({
      cluster,
      version,
      signal,
      verb: "get",
      resource: "namespaces",
      path: `/api/v1/namespaces/${encodeURIComponent(name)}`,
      accept: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
      headersMs: times.headersMs,
    });
    const object = parseJson(await readWhole(response, { maxBytes: MAX_BYTES, totalMs: times.headersMs }));
    const parsed = namespaceSchema.safeParse(object);
    if (parsed.success) return parsed.data;
    const problem = `the API server's namespace is not as expected, ${complaint(object, parsed.error)}`;
    return new ApiFailure("malformed", problem);
  } catch (error) {
    return asFailure(error);
  }
}

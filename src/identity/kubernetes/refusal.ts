import { type IncomingMessage, STATUS_CODES } from "node:http";
import * as z from "zod";
import { ApiFailure, type FailureKind, oneLine } from "./errors.ts";
import type { Get } from "./request.ts";

/** The part that is used of meta/v1 Status, which is what the API server says in place of what was asked for. */
const statusSchema = z.object({
  code: z.number().nullish().catch(undefined),
  message: z.string().nullish().catch(undefined),
  reason: z.string().nullish().catch(undefined),
  details: z
    .object({
      retryAfterSeconds: z.number().nullish().catch(undefined),
      causes: z
        .array(z.object({ reason: z.string().nullish() }))
        .nullish()
        .catch(undefined),
    })
    .nullish()
    .catch(undefined),
});
type Status = z.infer<typeof statusSchema>;

const KINDS: Readonly<Record<number, FailureKind>> = {
  401: "unauthorized",
  403: "forbidden",
  410: "gone",
  429: "throttled",
  503: "throttled",
};

type Asked = Pick<Get, "verb" | "resource">;

/** An answer with another status than 200. */
export function refusal(asked: Asked, server: string, response: IncomingMessage, body: string): ApiFailure {
  const status = readStatus(body);
  const code = response.statusCode ?? 0;
  const retryAfterMs = retryAfter(response.headers["retry-after"]) ?? retryAfterOf(status);
  return failure(asked, `the API server at ${server}`, code, status, retryAfterMs);
}

/** An event of type ERROR in the middle of a watch. Where it was is not known any longer: the next thing is a list. */
export function errorEvent(asked: Asked, object: unknown): ApiFailure {
  const status = statusSchema.safeParse(object).data ?? {};
  const code = status.code ?? 0;
  const { kind, message, versionUnknown } = failure(asked, "the API server", code, status, undefined);
  return new ApiFailure(kind, message, { relist: true, versionUnknown, retryAfterMs: retryAfterOf(status) });
}

function failure(
  { verb, resource }: Asked,
  server: string,
  code: number,
  status: Status,
  retryAfterMs: number | undefined,
): ApiFailure {
  const expired = status.reason === "Expired" || status.reason === "Gone";
  const kind = expired ? "gone" : (KINDS[code] ?? "status");
  // A list that asks for a version which this server has not reached, as after etcd was restored.
  const tooNew = status.details?.causes?.some(({ reason }) => reason === "ResourceVersionTooLarge") ?? false;
  // Other refusals of a request, such as 400 for a version that it cannot read, would come again.
  const relist = kind === "gone" || tooNew || (kind === "status" && code >= 400 && code < 500);
  return new ApiFailure(kind, sentence(kind), {
    retryAfterMs,
    relist,
    versionUnknown: kind === "gone" || tooNew,
  });

  function sentence(kind: FailureKind): string {
    const said = oneLine(status.message ?? "");
    const answer = `${code} ${STATUS_CODES[code] ?? ""}`.trim() + (said === "" ? "" : `: ${said}`);
    switch (kind) {
      case "forbidden":
        return `netlog may not ${verb} ${resource} (${answer}): bind a ClusterRole with the verb ${verb} on ${resource} to its service account`;
      case "unauthorized":
        return `${server} does not accept netlog's credentials (${answer}): check the token of its service account, or its kubeconfig`;
      case "throttled":
        return `${server} is overloaded or not ready (${answer})`;
      default:
        return `${server} refused to ${verb} ${resource} (${answer})`;
    }
  }
}

function readStatus(body: string): Status {
  try {
    return statusSchema.safeParse(JSON.parse(body)).data ?? {};
  } catch {
    return { message: body }; // a proxy's page, say
  }
}

function retryAfterOf({ details }: Status): number | undefined {
  const seconds = details?.retryAfterSeconds ?? 0;
  return seconds > 0 ? seconds * 1000 : undefined;
}

/** Seconds, or a date: RFC 9110, 10.2.3. */
function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return ms >= 0 ? ms : undefined; // a date that cannot be read is NaN
}

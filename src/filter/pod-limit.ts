import type { Origin } from "../origin.ts";

/** Far above what a node runs; pods that were quiet for a while are forgotten long before. */
const MAX_PODS = 2000;

/** What one pod lost to the limit. The times are those of its first and last event without a line, kernel time. */
export type Limited = {
  readonly fromBootUs: number;
  readonly toBootUs: number;
  /** Where the API has told what the pod is called; else there is its uid. */
  readonly namespace?: string;
  readonly pod?: string;
  readonly pod_uid?: string;
  readonly dropped: number;
};

type Bucket = { tokens: number; atMs: number; limited: Limited | undefined };

/**
 * Allows each pod so many lines a second, a second's worth of them at once. What is in no pod, the host's processes
 * and containers of no pod, is not limited: pods are there by the hundred, and any of them could drown the others.
 */
export class PodLimit {
  readonly #onLimited: (limited: Limited) => void;
  /** By the pod's uid, in the order of their first line. */
  readonly #buckets = new Map<string, Bucket>();
  /** 0: no limit. */
  linesPerSecond: number;

  /** `onLimited` is told of every line that was not allowed, many at a time: see `report`. */
  constructor(linesPerSecond: number, onLimited: (limited: Limited) => void) {
    this.linesPerSecond = linesPerSecond;
    this.#onLimited = onLimited;
  }

  /** Whether a line may be written; where not, it is noted. `nowMs` is of a clock that never goes back. */
  admits(bootUs: number, { podUid, namespace, pod }: Origin, nowMs: number): boolean {
    if (this.linesPerSecond === 0 || podUid === undefined) return true;
    const bucket = this.#bucketOf(podUid, nowMs);
    if (bucket.tokens >= 1) {
      bucket.tokens--;
      return true;
    }
    const before = bucket.limited;
    bucket.limited = {
      fromBootUs: Math.min(before?.fromBootUs ?? bootUs, bootUs),
      toBootUs: Math.max(before?.toBootUs ?? bootUs, bootUs),
      ...(namespace === undefined || pod === undefined ? { pod_uid: podUid } : { namespace, pod }),
      dropped: (before?.dropped ?? 0) + 1,
    };
    return false;
  }

  /** Tells of what each pod has lost since the last time, and forgets the quiet ones. To be called now and then, and at the end. */
  report(nowMs: number): void {
    for (const [podUid, bucket] of this.#buckets) {
      this.#tell(bucket);
      if (nowMs - bucket.atMs >= 1000) this.#buckets.delete(podUid); // it would be full again
    }
  }

  #bucketOf(podUid: string, nowMs: number): Bucket {
    let bucket = this.#buckets.get(podUid);
    if (bucket === undefined) {
      if (this.#buckets.size >= MAX_PODS) this.#forgetFirst();
      bucket = { tokens: this.linesPerSecond, atMs: nowMs, limited: undefined };
      this.#buckets.set(podUid, bucket);
    }
    const gained = ((nowMs - bucket.atMs) / 1000) * this.linesPerSecond;
    bucket.tokens = Math.min(bucket.tokens + gained, this.linesPerSecond);
    bucket.atMs = nowMs;
    return bucket;
  }

  #forgetFirst(): void {
    const [podUid, bucket] = this.#buckets.entries().next().value as [string, Bucket];
    this.#tell(bucket);
    this.#buckets.delete(podUid);
  }

  #tell(bucket: Bucket): void {
    if (bucket.limited !== undefined) this.#onLimited(bucket.limited);
    bucket.limited = undefined;
  }
}

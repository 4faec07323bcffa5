import { setTimeout as delay } from "node:timers/promises";
import type * as z from "zod";
import { ApiFailure, asFailure } from "./errors.ts";
import { Lines } from "./lines.ts";
import { complaint, identitySchema } from "./metadata.ts";
import { pauseMs } from "./pause.ts";
import { errorEvent } from "./refusal.ts";
import { type Get, get, read, readWhole } from "./request.ts";
import type { Times } from "./times.ts";
import { malformed, readEvent, readList } from "./watch-event.ts";
import type { WatchAccount } from "./watch-state.ts";

const MAX_LIST_BYTES = 256 * 2 ** 20;
const MAX_EVENT_BYTES = 16 * 2 ** 20;

export type Identity = { readonly uid: string; readonly name: string };

/** Where the objects go. */
export type Store<Item> = {
  /** These are all there are now. */
  replace(items: readonly Item[]): void;
  put(item: Item): void;
  /** `last` is its last state, where that could be read. */
  remove(identity: Identity, last: Item | undefined): void;
};

export type ReflectorOptions<Item> = {
  readonly request: Pick<Get, "cluster" | "version" | "resource" | "path" | "query" | "signal">;
  readonly accept: { readonly list: string; readonly watch: string };
  readonly schema: z.ZodType<Item>;
  readonly store: Store<Item>;
  readonly account: WatchAccount;
  readonly times: Times;
  /** From 0 to 1. */
  readonly random: () => number;
};

/**
 * Keeps a store as the API server has it: one list, then watches that go on from where the last one ended, and a list
 * anew where that cannot be. Named for client-go's, whose rules it follows.
 */
export class Reflector<Item> {
  readonly #options: ReflectorOptions<Item>;
  readonly #account: WatchAccount;
  /** The newest one known. "0": whatever the server has in memory; "": the newest there is, which asks etcd. */
  #version = "0";
  #toList = true;
  /** The server has sent bookmarks, so that more are to be expected. */
  #bookmarks = false;

  constructor(options: ReflectorOptions<Item>) {
    this.#options = options;
    this.#account = options.account;
  }

  /** Resolves when the signal aborts, and never rejects. */
  async run(): Promise<void> {
    const { request, times, random } = this.#options;
    const { signal } = request;
    while (!signal.aborted) {
      try {
        if (this.#toList) await this.#list();
        await this.#watch();
        this.#account.works();
      } catch (error) {
        if (signal.aborted) return;
        const failure = asFailure(error);
        if (failure.relist) this.#toList = true;
        if (failure.kind === "silent") this.#bookmarks = false;
        this.#account.failed(failure);
        const ms = pauseMs(failure, this.#account.failuresInRow, random(), times);
        await delay(ms, undefined, { signal }).catch(() => {});
      }
    }
  }

  async #list(): Promise<void> {
    const { schema, store, times } = this.#options;
    try {
      // Not older than what is known already, and from the server's memory: so client-go lists, too.
      const query: Record<string, string> = this.#version === "" ? {} : { resourceVersion: this.#version };
      const response = await this.#get("list", query);
      const text = await readWhole(response, {
        maxBytes: MAX_LIST_BYTES,
        totalMs: times.listMs,
        silenceMs: () => times.headersMs,
      });
      const { version, items } = readList(text);
      this.#account.heard();
      store.replace(items.flatMap((object) => this.#parse(object, schema) ?? []));
      this.#version = version;
    } catch (error) {
      if (error instanceof ApiFailure && error.versionUnknown) this.#version = "";
      throw error;
    }
    this.#toList = false;
    this.#account.gotList();
  }

  async #watch(): Promise<void> {
    const { times, random } = this.#options;
    const watchMs = Math.round(times.shortestWatchMs * (1 + random()));
    const response = await this.#get("watch", {
      watch: "true",
      allowWatchBookmarks: "true",
      resourceVersion: this.#version,
      timeoutSeconds: String(Math.ceil(watchMs / 1000)),
    });
    this.#account.heard();
    this.#account.live = true;
    const openedMs = performance.now();
    const stands = setTimeout(() => this.#account.works(), times.standsMs);
    const lines = new Lines(MAX_EVENT_BYTES);
    try {
      const silenceMs = () => (this.#bookmarks ? times.silenceMs : undefined);
      for await (const chunk of read(response, { totalMs: watchMs + times.graceMs, silenceMs })) {
        this.#account.heard();
        for (const line of lines.push(chunk)) this.#apply(line);
      }
    } finally {
      clearTimeout(stands);
    }
    if (lines.unfinishedBytes > 0) throw new ApiFailure("cut", "a watch ended in the middle of an object");
    if (performance.now() - openedMs < times.standsMs) {
      throw new ApiFailure("cut", "watches end as soon as they begin");
    }
  }

  #apply(line: string): void {
    const { schema, store, request } = this.#options;
    const { type, object, version } = readEvent(line);
    if (type === "ERROR") throw errorEvent({ verb: "watch", resource: request.resource }, object);
    this.#account.works();
    switch (type) {
      case "ADDED":
      case "MODIFIED": {
        const item = this.#parse(object, schema);
        if (item !== undefined) store.put(item);
        break;
      }
      case "DELETED": {
        const item = this.#parse(object, schema);
        const identity = identitySchema.safeParse(object).data?.metadata;
        if (identity === undefined) throw malformed("the end of an object without its name");
        store.remove(identity, item);
        break;
      }
      case "BOOKMARK":
        this.#bookmarks = true;
        break;
      default:
        this.#account.skipped(`an event of the unknown type ${JSON.stringify(type.slice(0, 40))}`);
    }
    if (version !== undefined) this.#version = version;
  }

  #parse(object: unknown, schema: z.ZodType<Item>): Item | undefined {
    const parsed = schema.safeParse(object);
    if (!parsed.success) this.#account.skipped(complaint(object, parsed.error));
    return parsed.data;
  }

  #get(verb: "list" | "watch", query: Record<string, string>) {
    const { request, accept, times } = this.#options;
    this.#account.requested();
    return get({
      ...request,
      verb,
      accept: accept[verb],
      query: { ...request.query, ...query },
      headersMs: times.headersMs,
    });
  }
}

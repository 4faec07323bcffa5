import { type FSWatcher, statSync, watch } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { ConfigError } from "./error.ts";
import { readText } from "./file.ts";

/** A look costs a read of a small file; it finds what the folder does not tell, such as a change behind a symlink. */
const LOOK_EVERY_MS = 5000;
/** A file that is the same for this long is written to its end. */
const SETTLED_MS = 250;

/** The text of a file, or why it has none. */
export type Content = { readonly text: string } | { readonly error: ConfigError };

export type WatchFileOptions = {
  readonly path: string;
  /** Told first of what the file holds now, then of each other content. */
  readonly onContent: (content: Content) => void;
  readonly signal: AbortSignal;
  /** Other than the real ones in tests only. */
  readonly lookEveryMs?: number;
  readonly settledMs?: number;
};

/**
 * Watches a file by its folder, since editors and ConfigMaps put another file in its place, and looks at it now and
 * then. A content is told once it has settled. Resolves after the signal; at once for a path that is no regular file,
 * such as a pipe, which can be read only once.
 */
export async function watchFile(options: WatchFileOptions): Promise<void> {
  const { path, onContent, signal, lookEveryMs = LOOK_EVERY_MS, settledMs = SETTLED_MS } = options;
  if (!isRegular(path, false)) return;
  let wake = new AbortController();
  const folder = watchFolder(dirname(path), () => wake.abort());
  let told: string | undefined;
  while (!signal.aborted) {
    wake = new AbortController();
    const content = await settled(path, settledMs, signal);
    if (signal.aborted) break;
    if (keyOf(content) !== told) {
      told = keyOf(content);
      onContent(content);
    }
    await pause(lookEveryMs, AbortSignal.any([signal, wake.signal]));
  }
  folder?.close();
}

/** What the file holds when it has not changed for a moment. */
async function settled(path: string, ms: number, signal: AbortSignal): Promise<Content> {
  let content = read(path);
  for (;;) {
    await pause(ms, signal);
    const again = read(path);
    if (signal.aborted || keyOf(again) === keyOf(content)) return again;
    content = again;
  }
}

function read(path: string): Content {
  try {
    // A pipe in the file's place would hold everything up.
    if (!isRegular(path, true)) throw new ConfigError([`${path}: not a regular file any more`]);
    return { text: readText(path) };
  } catch (error) {
    if (error instanceof ConfigError) return { error };
    throw error;
  }
}

/** `unknown`: where it cannot be looked at; reading it says why. */
function isRegular(path: string, unknown: boolean): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return unknown;
  }
}

function keyOf(content: Content): string {
  return "text" in content ? `text ${content.text}` : `error ${content.error.message}`;
}

/** Where a folder cannot be watched there still are the looks. */
function watchFolder(folder: string, onChange: () => void): FSWatcher | undefined {
  try {
    return watch(folder, { persistent: false }, onChange).on("error", () => {});
  } catch {
    return undefined;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal, ref: false }).catch(() => {}); // ended early
}

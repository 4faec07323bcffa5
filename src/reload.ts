import type { Logger } from "pino";
import type { Counters } from "./account/counters.ts";
import { changedKeys, needsRestart } from "./config/changes.ts";
import { type Content, watchFile } from "./config/watch-file.ts";
import { type Config, ConfigError, type Flags, parseConfig } from "./config.ts";

export type ReloadOptions = {
  readonly flags: Flags;
  /** What netlog was started with. */
  readonly started: Config;
  readonly counters: Pick<Counters, "configReloads" | "configRejected">;
  readonly log: Pick<Logger, "info" | "warn" | "error">;
  /** Makes a new configuration take effect, as far as it can without a new start. It must not fail. */
  readonly apply: (config: Config) => void;
};

/** Takes up what the configuration file is changed to. A bad one is kept out, and the last good one stays. */
export class Reload {
  readonly #options: ReloadOptions;
  #last: Config;
  /** Whether the file, as it is now, is in effect. */
  isGood = true;

  constructor(options: ReloadOptions) {
    this.#options = options;
    this.#last = options.started;
  }

  /** Resolves after the signal; at once without a file. */
  async watch(signal: AbortSignal): Promise<void> {
    const path = this.#options.flags.config;
    if (path !== undefined) await watchFile({ path, onContent: (content) => this.take(content), signal });
  }

  take(content: Content): void {
    const { flags, counters, log, apply } = this.#options;
    const config = this.#read(content);
    this.isGood = !(config instanceof ConfigError);
    if (config instanceof ConfigError) {
      counters.configRejected++;
      log.error(`the changed configuration is not taken up, the last good one stays: ${config.message}`);
      return;
    }
    const changed = changedKeys(config, this.#last);
    if (changed.length === 0) return; // comments, or the file that netlog was started with
    this.#warn(config, changed.filter(needsRestart));
    this.#last = config;
    counters.configReloads++;
    apply(config);
    const live = changed.filter((key) => !needsRestart(key));
    if (live.length > 0) log.info(`${flags.config} changed: ${live.join(", ")} in effect`);
  }

  #read(content: Content): Config | ConfigError {
    const { flags } = this.#options;
    if ("error" in content) return content.error;
    try {
      return parseConfig(content.text, flags.config ?? "", flags);
    } catch (error) {
      if (error instanceof ConfigError) return error;
      throw error;
    }
  }

  /** A key that is back to what netlog runs with needs no start. */
  #warn(config: Config, changed: readonly string[]): void {
    const { started, flags, log } = this.#options;
    const waiting = changedKeys(config, started).filter((key) => changed.includes(key));
    if (waiting.length === 0) return;
    const [keys, verb] = [waiting.join(", "), waiting.length === 1 ? "takes" : "take"];
    log.warn(`${keys} changed in ${flags.config}; ${verb} effect at the next start`);
  }
}

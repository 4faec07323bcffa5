import { mkdirSync, rmdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { CgroupRecord } from "../probe-record.ts";

/**
 * Makes a control group, removes it again, and sees whether the probes tell of both. It stands at the top of the
 * hierarchy, where the kubelet does not look for containers.
 */
export class CgroupTest {
  readonly #top: () => string | undefined;
  #wanted = new Set<CgroupRecord["type"]>();
  /** Of the group that was made last. */
  id: number | undefined;

  /** `top` says where the hierarchy is mounted; undefined where it is not. */
  constructor(top: () => string | undefined) {
    this.#top = top;
  }

  /** Whether that could be done; where a container sees the groups read-only it cannot. */
  make(): boolean {
    const top = this.#top();
    if (top === undefined) return false;
    const folder = join(top, `netlog-self-test-${process.pid}`);
    try {
      // At once, so that its id is known before its records can come.
      mkdirSync(folder);
      this.id = statSync(folder).ino;
    } catch {
      return false;
    } finally {
      remove(folder); // also one that an earlier netlog, killed at this very moment, has left
    }
    this.#wanted = new Set(["cgroup.path", "cgroup.gone"]);
    return true;
  }

  /** Whether a record is of this group, which is no group of the machine's. */
  take({ id, type }: CgroupRecord): boolean {
    if (id !== this.id) return false;
    this.#wanted.delete(type);
    return true;
  }

  get isSeen(): boolean {
    return this.#wanted.size === 0;
  }
}

function remove(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It was not there, or is not ours to remove.
  }
}

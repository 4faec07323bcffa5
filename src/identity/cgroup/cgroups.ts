import type { CgroupRecord } from "../../probe-record.ts";
import { findHierarchy, walkHierarchy } from "./file-system.ts";
import type { Place } from "./path.ts";
import { CgroupTable } from "./table.ts";

/** A walk takes tens of milliseconds on a full node; what is asked for meanwhile waits for the next. */
const WALK_EVERY_MS = 1000;

export type CgroupsOptions = {
  /** Of v1 the controller whose hierarchy the probes' ids are of; undefined for v2. */
  readonly controller: string | undefined;
  /** The hierarchy cannot be walked; said once. */
  readonly onProblem: (message: string) => void;
};

/**
 * Which control group is which, from the probes' words and, for the groups that were there before netlog or whose
 * making the kernel skipped, from the file system. Asking reads memory only; where it does not know, it goes and
 * looks, and knows a little later.
 */
export class Cgroups {
  readonly table = new CgroupTable();
  readonly #options: CgroupsOptions;
  /** Where the hierarchy is mounted, once it has been walked. */
  top: string | undefined;
  #walking: Promise<void> | undefined;
  #nextWalkMs = 0;
  #again: NodeJS.Timeout | undefined;

  constructor(options: CgroupsOptions) {
    this.#options = options;
  }

  take(record: CgroupRecord): void {
    if (record.type === "cgroup.path") this.table.addReported(record.id, record.path);
    else this.table.remove(record.id, performance.now());
  }

  placeOf(id: number): Place | undefined {
    const place = this.table.get(id);
    if (place === undefined) this.#walkSoon();
    return place;
  }

  /** Looks at all groups that are there, in a walk that begins now: one under way may be past what is asked for. */
  async walk(): Promise<void> {
    await this.#walking;
    if (!Number.isFinite(this.#nextWalkMs)) return;
    this.#walking ??= this.#walk().finally(() => {
      this.#walking = undefined;
    });
    await this.#walking;
  }

  close(): void {
    clearTimeout(this.#again);
  }

  async #walk(): Promise<void> {
    const { controller, onProblem } = this.#options;
    this.#nextWalkMs = performance.now() + WALK_EVERY_MS;
    const top = this.top ?? (await findHierarchy(controller));
    if (top === undefined) {
      this.#nextWalkMs = Number.POSITIVE_INFINITY;
      onProblem(
        `the host's control groups (${controller === undefined ? "cgroup2" : `cgroup, ${controller}`}) are not mounted here as a whole, so containers that started before netlog stay unknown: run netlog in the host's cgroup namespace (a privileged pod does), or mount the host's /sys/fs/cgroup`,
      );
      return;
    }
    this.top = top;
    const known = this.table.ids();
    const found = new Set<number>();
    await walkHierarchy(top, (id, path) => {
      found.add(id);
      this.table.addFound(id, path);
    });
    this.table.removeUnfound(known, found, performance.now());
  }

  #walkSoon(): void {
    if (this.#walking !== undefined || this.#again !== undefined || !Number.isFinite(this.#nextWalkMs))
      return;
    const inMs = Math.max(this.#nextWalkMs - performance.now(), 0);
    this.#again = setTimeout(() => {
      this.#again = undefined;
      void this.walk();
    }, inMs);
  }
}

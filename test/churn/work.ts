import { spawn } from "node:child_process";
import { mkdir, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Containers } from "../brief/containers.ts";
import { collect } from "../collect.ts";
import { containerIdOf, newestPod, POD_EVERY_MS, uidOf } from "./pods.ts";

export type Work = {
  readonly traffic: string;
  readonly brief: string;
  /** Where groups of pods can be made; undefined: nowhere. */
  readonly groups: string | undefined;
  readonly containers: Containers | undefined;
  readonly configFile: string;
  /** Kills the API server and starts it again. */
  readonly restartApi: () => Promise<void>;
  readonly signal: AbortSignal;
};

/** How often each thing was done. */
export type Done = Record<
  "connections" | "processes" | "pods" | "containers" | "reloads" | "mistakes" | "apiRestarts",
  number
>;

const ROUNDS = 500;
const ROUNDS_A_SECOND = 50;
const PROCESSES = 20;
const CONTAINER_EVERY_MS = 4000;
const RELOAD_EVERY_MS = 3000;
const MISTAKE_EVERY = 5;
const API_RESTART_EVERY_MS = 45_000;

/** Does all of it at once, at rates that leave the machine its time, until the signal. */
export async function churn(work: Work): Promise<Done> {
  const { signal, traffic, brief, containers } = work;
  const done: Done = {
    connections: 0,
    processes: 0,
    pods: 0,
    containers: 0,
    reloads: 0,
    mistakes: 0,
    apiRestarts: 0,
  };
  const again = async (everyMs: number, act: () => Promise<void>) => {
    while (!signal.aborted) {
      const pause = delay(everyMs, undefined, { signal }).catch(() => {});
      await act();
      await pause;
    }
  };
  await Promise.all([
    again(0, async () => {
      await run(traffic, `${ROUNDS}`, `${ROUNDS_A_SECOND}`);
      done.connections += ROUNDS;
    }),
    again(2000, async () => {
      await run(brief, "churn", `${PROCESSES}`, "60000000", `${PROCESSES}`);
      done.processes += PROCESSES;
    }),
    again(POD_EVERY_MS, async () => {
      done.pods += await runPod(work);
    }),
    again(CONTAINER_EVERY_MS, async () => {
      if (containers === undefined) return;
      const container = await containers.start(`c${done.containers}`, "wait");
      await container.signal();
      await container.ended;
      done.containers++;
    }),
    again(RELOAD_EVERY_MS, async () => {
      const isMistake = (done.reloads + done.mistakes + 1) % MISTAKE_EVERY === 0;
      await writeFile(work.configFile, configOf(done.reloads, isMistake));
      if (isMistake) done.mistakes++;
      else done.reloads++;
    }),
    again(API_RESTART_EVERY_MS, async () => {
      await work.restartApi();
      done.apiRestarts++;
    }),
  ]);
  return done;
}

/** Rules under ever new names, one of which drops what `brief` does. */
export function configOf(number: number, isMistake = false): string {
  return `stats: { every: 5s }
selfTest: { every: 5s }
labels: { namespace: { include: ["*"] }, pod: { include: ["*"], exclude: [x-${number}] } }
filters:
  - { name: rule-${number}, action: ${isMistake ? "dorp" : "drop"}, comm: "churn-1*" }
`;
}

/** The first process of a container of the pod that the API server tells of now; its group ends with it. */
async function runPod({ groups, brief }: Work): Promise<number> {
  if (groups === undefined) return 0;
  const number = newestPod();
  const pod = join(groups, "kubepods", "burstable", `pod${uidOf(number)}`);
  const container = join(pod, containerIdOf(number));
  await mkdir(container, { recursive: true });
  await run("sh", "-c", 'echo $$ >"$0/cgroup.procs" && exec "$@"', container, brief, "in-pod");
  await rmdir(container);
  await rmdir(pod);
  return 1;
}

async function run(program: string, ...args: readonly string[]): Promise<void> {
  const { ended, stderr } = collect(spawn(program, args));
  const code = await ended;
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${stderr()}`);
}

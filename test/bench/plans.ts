import type { Load } from "./load.ts";

export type Plan = {
  readonly loads: readonly Load[];
  /** How often each watcher is started and goes through all loads. */
  readonly rounds: number;
  /** How long the CPU time without any load is taken, in the first round. */
  readonly quietSeconds: number;
  /** After this time no further watcher is started. */
  readonly limitSeconds: number;
};

export type PlanName = keyof typeof PLANS;

/** The guest's rates are low: its CPU is emulated, and makes 300 to 700 connections a second. */
export const PLANS = {
  native: {
    loads: [
      atFullSpeed(1, 5000),
      atFullSpeed(64, 5000),
      ...[500, 2000, 5000].map((rate) => atRate(rate, 3)),
      atRate(0, 3),
    ],
    rounds: 2,
    quietSeconds: 20,
    limitSeconds: 900,
  },
  vm: {
    loads: [
      atFullSpeed(1, 400),
      ...[64, 512].map((workers) => atFullSpeed(workers, 800)),
      atRate(50, 5),
      atRate(200, 4),
    ],
    rounds: 1,
    quietSeconds: 10,
    limitSeconds: 1200,
  },
} as const satisfies Record<string, Plan>;

function atFullSpeed(workers: number, connections: number): Load {
  return { workers, connections, perSecond: 0, seconds: 60 };
}

function atRate(perSecond: number, seconds: number): Load {
  return { workers: 8, connections: 1_000_000, perSecond, seconds };
}

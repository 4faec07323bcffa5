import { createHash } from "node:crypto";
import { pod, running } from "../identity/kubernetes/objects.ts";

/** A pod comes and another one goes this often, and so many are there. */
export const POD_EVERY_MS = 2000;
export const PODS = 40;

/** Which pod comes now: API server and control groups agree by the clock alone. */
export function newestPod(): number {
  return Math.floor(Date.now() / POD_EVERY_MS);
}

export function uidOf(number: number): string {
  const hex = hash(`pod ${number}`);
  return [8, 12, 16, 20, 32].map((end, index, ends) => hex.slice(ends[index - 1] ?? 0, end)).join("-");
}

/** 64 hex digits. */
export function containerIdOf(number: number): string {
  return hash(`container ${number}`);
}

/** As the API has it. */
export function podObject(number: number) {
  return pod({
    uid: uidOf(number),
    name: `web-${number}`,
    namespace: namespaceOf(number),
    version: `${number}`,
    labels: { app: "web", release: `r${number}` },
    status: { phase: "Running", containerStatuses: [running("web", containerIdOf(number))] },
  });
}

/** The namespaces come and go too. */
export function namespaceOf(number: number): string {
  return `shop-${Math.floor(number / PODS)}`;
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

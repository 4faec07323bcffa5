import { spawnSync } from "node:child_process";

/** Those of NETLOG_TEST_HELMS, or on the PATH, that are there: as a rule Helm 4 and Helm 3. */
export const HELMS: readonly string[] = (process.env["NETLOG_TEST_HELMS"] || "helm helm3")
  .split(" ")
  .filter((helm) => /^v[34]\./.test(versionOf(helm)));

/** Why charts cannot be rendered here, as node:test's `skip` takes it: a sentence, or false. */
export const lackingHelm: string | false =
  HELMS.length === 0 &&
  "there is no Helm 3 or 4: neither helm nor helm3 is on the PATH, nor does NETLOG_TEST_HELMS name one";

export function versionOf(helm: string): string {
  return spawnSync(helm, ["version", "--template", "{{.Version}}"], { encoding: "utf8" }).stdout ?? "";
}

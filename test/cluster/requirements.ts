import { lacking } from "../facilities.ts";
import { succeeds } from "../vm/build/command.ts";

/** The registry that this machine and the nodes know under one name. */
export const REGISTRY = "localhost:5000";

/** The node that everything of the tests is on: pods of different nodes may not reach each other. */
export const NODE = process.env["NETLOG_TEST_NODE"] || "node-1";

/** Why nothing can be tried on a cluster here, as node:test's `skip` takes it: a sentence, or false. */
export async function lackingCluster(): Promise<string | false> {
  if (!process.env["KUBECONFIG"]) return "KUBECONFIG names no cluster";
  if (!(await succeeds("kubectl", ["version", "--client"]))) return "kubectl is not on the PATH";
  if (!(await succeeds("helm", ["version"]))) return "helm is not on the PATH";
  if (!(await succeeds("kubectl", ["get", "--raw", "/readyz", "--request-timeout=20s"])))
    return "the cluster of KUBECONFIG does not answer";
  if (!(await succeeds("docker", ["info"]))) return "no Docker Engine answers";
  if (!(await registryAnswers())) return `no registry answers at ${REGISTRY}`;
  return lacking("cc");
}

async function registryAnswers(): Promise<boolean> {
  const answer = await fetch(`http://${REGISTRY}/v2/`).catch(() => undefined);
  return answer?.ok === true;
}

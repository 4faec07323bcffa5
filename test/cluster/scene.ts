import { pushDial } from "./images.ts";
import { create, get, kubectl, waitFor } from "./kubectl.ts";
import type { Place } from "./made.ts";
import type { Whose } from "./netlog-log.ts";
import { ClusterNode } from "./node.ts";
import { namespace, type PodOptions, pod, type Words } from "./objects.ts";

const PORT = 8080;

/** A namespace of a test's own, with a server in it that every pod may connect to, and a way to the node. */
export class Scene {
  readonly image: string;
  readonly namespace: string;
  readonly node: ClusterNode;
  /** `ADDR`, `PORT` of the server: two words of dial's. */
  readonly server: readonly [string, number];
  /** What each line of a pod in it says of the namespace. */
  readonly labels: Whose;

  private constructor(image: string, namespace: string, labels: Whose, node: ClusterNode, serverIp: string) {
    this.image = image;
    this.namespace = namespace;
    this.labels = Object.fromEntries(Object.entries(labels).map(([key, value]) => [`ns.${key}`, value]));
    this.node = node;
    this.server = [serverIp, PORT];
  }

  static async open(name: string, labels: Whose): Promise<Scene> {
    const image = await pushDial();
    const own = `${name}-${Date.now().toString(36)}`;
    await create(namespace(own, labels));
    try {
      const node = await ClusterNode.open(image, own);
      await create(pod(image, own, "server", { server: ["listen", PORT] }));
      await waitFor("condition=Ready", "pod/server", own);
      const { podIP } = (await get("pod", "server", own)).status;
      return new Scene(image, own, labels, node, podIP as string);
    } catch (error) {
      await kubectl(["delete", "namespace", own, "--wait=false"]);
      throw error;
    }
  }

  place(pod: string, container = pod): Place {
    return { namespace: this.namespace, pod, container };
  }

  /** Creates a pod and waits until it is as far as that: ended, with success, or running. */
  async run(
    until: "ended" | "running",
    name: string,
    containers: Readonly<Record<string, Words>>,
    options: PodOptions = {},
  ): Promise<void> {
    await create(pod(this.image, this.namespace, name, containers, options));
    const condition = until === "ended" ? "jsonpath={.status.phase}=Succeeded" : "condition=Ready";
    await waitFor(condition, `pod/${name}`, this.namespace);
  }

  async close(): Promise<void> {
    await kubectl(["delete", "namespace", this.namespace, "--timeout=1200s"]);
  }
}

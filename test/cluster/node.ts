import { create, kubectl, waitFor } from "./kubectl.ts";
import { nodePod } from "./objects.ts";

/** The node itself, by a privileged pod of its own namespace. */
export class ClusterNode {
  readonly #namespace: string;

  private constructor(namespace: string) {
    this.#namespace = namespace;
  }

  static async open(image: string, namespace: string): Promise<ClusterNode> {
    await create(nodePod(image, namespace, "node"));
    await waitFor("condition=Ready", "pod/node", namespace);
    return new ClusterNode(namespace);
  }

  /** Runs a shell's script in the node's file system, network and pids; gives its output. */
  async run(script: string, input = ""): Promise<string> {
    const command = ["/dial", "chroot", "/node", "/bin/sh", "-ec", script];
    return kubectl(["exec", "--stdin", "node", "--namespace", this.#namespace, "--", ...command], input);
  }

  /** The node's time: the lines' too. */
  async nowMs(): Promise<number> {
    return Number(await this.run("date +%s%3N"));
  }

  /** Runs a script as a service of the node's systemd, in no container. */
  async runUnit(unit: string, script: string): Promise<string> {
    return this.run(
      `systemd-run --quiet --collect --wait --pipe --unit=${unit} /bin/sh -ec "$(cat)"`,
      script,
    );
  }

  /** Which of the kernel's functions have a probe, and which processes hold BPF programs of tracing. */
  async tracing(): Promise<{ readonly probed: readonly string[]; readonly holders: readonly string[] }> {
    const probed = await this.run(
      "mountpoint -q /sys/kernel/debug || mount -t debugfs nodev /sys/kernel/debug; cut -d' ' -f4- /sys/kernel/debug/kprobes/list",
    );
    // Programs of kprobes, tracepoints, raw tracepoints and trampolines (bpf_prog_type 2, 5, 17, 26).
    const holders = await this.run(
      "grep -slE '^prog_type:\\s*(2|5|17|26)$' /proc/[0-9]*/fdinfo/* | cut -d/ -f3 | sort -u | while read -r pid; do cat /proc/$pid/comm; done || true",
    );
    const lines = (text: string) =>
      text
        .split("\n")
        .filter((line) => line !== "")
        .sort();
    return { probed: lines(probed), holders: lines(holders) };
  }

  /**
   * From now on what a pod and the API server send each other is lost. The server's address is its endpoint's, which
   * kube-proxy has put in by then.
   */
  async cut(podIp: string, apiServer: string): Promise<void> {
    const rules = `ip saddr ${podIp} ip daddr ${apiServer} drop; ip saddr ${apiServer} ip daddr ${podIp} drop;`;
    const chain = `chain cut { type filter hook forward priority filter - 1; ${rules} }`;
    await this.run("nft -f -", `table ip netlog-test { ${chain}; }`);
    // An idle watch would take minutes to notice.
    await this.run(
      "for pid in $(pgrep -x netlog); do nsenter -t $pid -n ss -K dst 10.96.0.1 >/dev/null; done",
    );
  }

  async mend(): Promise<void> {
    await this.run("nft delete table ip netlog-test 2>/dev/null || true");
  }
}

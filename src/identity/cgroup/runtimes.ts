const ID = "([0-9a-f]{64})";

/**
 * How container runtimes name a container's control group; the first group of each is the container's id. A new
 * runtime is a line here, and a path that it really made in test/identity/cgroup/paths.ts.
 */
export const CONTAINER_NAMES: readonly RegExp[] = [
  /** containerd through the CRI; systemd driver. */
  new RegExp(`^cri-containerd-${ID}\\.scope$`),
  /** CRI-O; systemd and cgroupfs driver. Its monitor, crio-conmon-…, is no container. */
  new RegExp(`^crio-${ID}(?:\\.scope)?$`),
  /** Docker, cri-dockerd too; systemd driver. */
  new RegExp(`^docker-${ID}\\.scope$`),
  /** nerdctl; systemd driver. */
  new RegExp(`^nerdctl-${ID}\\.scope$`),
  /** Podman; systemd and cgroupfs driver. */
  new RegExp(`^libpod-${ID}(?:\\.scope)?$`),
  /** containerd, Docker and nerdctl with the cgroupfs driver. */
  new RegExp(`^${ID}$`),
  /** containerd or CRI-O with the cgroupfs driver, given a path by a kubelet with the systemd driver. */
  new RegExp(`:(?:cri-containerd|crio):${ID}$`),
];

/** A label of a pod or a namespace: its key and its value, as the API gave them. */
export type Label = readonly [key: string, value: string];

/**
 * Where a process ran: on the host itself, or in a container, and then in which pod. What is not known is absent.
 * All of it is text that others chose (the API server's, the kernel's): formatters quote and escape it.
 */
export type Origin = {
  /** In no container. */
  readonly host?: true;
  /** The systemd unit of a host process: `ssh.service`. */
  readonly unit?: string;
  /** 64 hex digits, as the container runtime names it. */
  readonly containerId?: string;
  /** The container's name in its pod. */
  readonly container?: string;
  readonly podUid?: string;
  readonly pod?: string;
  readonly namespace?: string;
  /** Those that the configuration chose, in the order of their keys. */
  readonly namespaceLabels?: readonly Label[];
  readonly podLabels?: readonly Label[];
  /** All of them, for filters: no line is made of these. */
  readonly allNamespaceLabels?: readonly Label[];
  readonly allPodLabels?: readonly Label[];
  /**
   * The API has not told (yet) of its pod, or of its pod's namespace; or there is an API, and its control group is not
   * known. A container's name that is late by itself is not meant: that is so with each start of several containers.
   */
  readonly unresolved?: true;
};

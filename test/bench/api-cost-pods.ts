export const NAMESPACE = "shop";
export const CONTAINER = "web";

/** A pod as a Deployment makes them, of a usual size: two containers with environment, probes, limits and volumes. */
export function apiCostPod(nodeName: string, name: string): object {
  return {
    metadata: {
      name,
      labels: {
        "app.kubernetes.io/name": "shop",
        "app.kubernetes.io/instance": "shop",
        "pod-template-hash": "7d9f8c",
      },
      annotations: { "prometheus.io/scrape": "true", "prometheus.io/port": "9090" },
    },
    spec: {
      nodeName,
      containers: [CONTAINER, "proxy"].map((container) => ({
        name: container,
        image: `registry.example.org/shop/${container}:1.17.3`,
        env: ["DATABASE_URL", "CACHE_URL", "LOG_LEVEL", "REGION"].map((key) => ({
          name: key,
          value: key.repeat(3),
        })),
        ports: [{ containerPort: 8080, name: "http" }],
        resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
        livenessProbe: { httpGet: { path: "/livez", port: 8080 } },
        readinessProbe: { httpGet: { path: "/readyz", port: 8080 } },
        volumeMounts: [{ name: "config", mountPath: "/etc/shop" }],
      })),
      volumes: [{ name: "config", configMap: { name: "shop" } }],
    },
  };
}

/** As the kubelet writes it when the first container was started (again) under this id. */
export function runningStatus(containerId: string): object {
  const at = new Date().toISOString().replace(/\.\d+/, "");
  const running = (name: string, id: string) => ({
    name,
    ready: true,
    restartCount: 0,
    image: `registry.example.org/shop/${name}:1.17.3`,
    imageID: `registry.example.org/shop/${name}@sha256:${"0".repeat(64)}`,
    containerID: `containerd://${id}`,
    state: { running: { startedAt: at } },
  });
  return {
    phase: "Running",
    hostIP: "10.0.0.7",
    podIP: "10.244.0.7",
    podIPs: [{ ip: "10.244.0.7" }],
    startTime: at,
    conditions: ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map((type) => ({
      type,
      status: "True",
      lastTransitionTime: at,
    })),
    containerStatuses: [running(CONTAINER, containerId), running("proxy", "a".repeat(64))],
  };
}

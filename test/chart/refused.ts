/** Values that the chart refuses, and what the message must say. */
export const REFUSED: readonly (readonly [what: string, values: object, said: RegExp])[] = [
  [
    "rules outside of the configuration",
    { filters: [{ name: "x", action: "drop", event: "udp.bind" }] },
    /^filters is a key of netlog's configuration, .*: write it below config, as config\.filters/,
  ],
  // Contradictions: the message names the value to set.
  ["no image", { image: { repository: "" } }, /image\.repository is empty: set it to /],
  [
    "a tag and a digest",
    { image: { repository: "netlog", tag: "1", digest: `sha256:${"a".repeat(64)}` } },
    /image\.tag and image\.digest are both set: .*; set image\.tag to ""/,
  ],
  [
    "a service account of nobody's",
    { serviceAccount: { create: false } },
    /serviceAccount\.name is empty while serviceAccount\.create is false: name .* or set serviceAccount\.create to true/,
  ],
  [
    "probes of an address that the kubelet cannot ask",
    { config: { http: { listen: "127.0.0.1:9464" } } },
    /config\.http\.listen is "127\.0\.0\.1:9464": .*; set it to ":9464", or /,
  ],
  [
    "a file where nothing can be written",
    { config: { state: { path: "/var/log/netlog" } } },
    /config\.state\.path is "\/var\/log\/netlog": .*; set it to \/var\/lib\/netlog\/state, or to ""/,
  ],
  [
    "a DaemonSet that looks at itself",
    { config: { scope: "pod" } },
    /config\.scope is "pod": .*; set it to node, /,
  ],
  [
    "too little memory",
    { resources: { limits: { memory: "128Mi" } } },
    /resources\.limits\.memory is 128Mi: .*; set it to /,
  ],
  [
    "capabilities of a privileged pod",
    { security: { capabilities: ["SYS_ADMIN"] } },
    /security\.capabilities is set while security\.profile is privileged, .*: set security\.profile to least, or remove it/,
  ],
  [
    "an SELinux type of a privileged pod",
    { security: { seLinuxOptions: { type: "spc_t" } } },
    /security\.seLinuxOptions is set while security\.profile is privileged/,
  ],
  [
    "an AppArmor profile of a privileged pod",
    { security: { appArmorProfile: { type: "Unconfined" } } },
    /security\.appArmorProfile is set while security\.profile is privileged/,
  ],
  [
    "half of the capabilities",
    { security: { profile: "least", capabilities: ["BPF"] } },
    /security\.capabilities is \[BPF\]: .*; set it to \[BPF, PERFMON\], or to \[SYS_ADMIN\]/,
  ],
  [
    "the kernel's name of a capability",
    { security: { profile: "least", capabilities: ["CAP_SYS_ADMIN"] } },
    /security\.capabilities has CAP_SYS_ADMIN: .*; set it to SYS_ADMIN/,
  ],
  [
    "the API server's address without a policy",
    { networkPolicy: { apiServerCIDRs: ["10.0.0.2/32"] } },
    /networkPolicy\.apiServerCIDRs is set while networkPolicy\.enabled is false: set networkPolicy\.enabled to true, or /,
  ],
  [
    "a PodMonitor of pods that serve nothing",
    { metrics: { podMonitor: { enabled: true } }, config: { http: { listen: "" } } },
    /metrics\.podMonitor\.enabled is true while config\.http\.listen is empty.*: set config\.http\.listen to ":9464", or /,
  ],
  [
    "text parsers for JSON",
    { config: { format: "json" }, fluentBit: { parsers: { enabled: true } } },
    /fluentBit\.parsers\.enabled is true while config\.format is "json": .*; set it to false/,
  ],
  // The schema: it names the value, and what it may be.
  [
    "an amount that no heap's bound is derived from",
    { resources: { limits: { memory: "1G" } } },
    /limits\/memory/,
  ],
  ["too little time to stop", { terminationGracePeriodSeconds: 2 }, /terminationGracePeriodSeconds/],
  ["an unknown key", { imagee: {} }, /imagee/],
  ["an unknown key below another", { image: { name: "netlog" } }, /image.*name/s],
  ["another profile", { security: { profile: "baseline" } }, /security\/profile.*'privileged'.*'least'/s],
  ["half a digest", { image: { digest: "sha256:1234" } }, /image\/digest/],
  ["an address without its length", { networkPolicy: { apiServerCIDRs: ["10.0.0.2"] } }, /apiServerCIDRs\/0/],
  ["an unknown key of the configuration", { config: { fromat: "json" } }, /config.*fromat/s],
  ["an unknown word in the configuration", { config: { format: "xml" } }, /config\/format.*'text'.*'json'/s],
  ["YAML's own word for off", { config: { kubernetes: false } }, /config\/kubernetes/],
  [
    "a kind of event that is none",
    { config: { events: ["tcp.open"] } },
    /config\/events\/0.*'tcp\.connect'/s,
  ],
  [
    "a duration without its unit",
    { config: { connect: { pendingAfter: 3 } } },
    /config\/connect\/pendingAfter/,
  ],
  [
    "a rule without its name",
    { config: { filters: [{ action: "drop", localPort: 80 }] } },
    /filters\/0.*'name'/s,
  ],
  [
    "an unknown condition of a rule",
    { config: { filters: [{ name: "scrapes", action: "drop", port: 9090 }] } },
    /filters\/0.*'port'/s,
  ],
];

/** What Helm says, without what it says around every refusal. */
export function reason(said: string): string {
  return said
    .replace(/^Error: (?:execution error at \(netlog\/templates\/[a-z]+\.yaml:\d+:\d+\): )?/, "")
    .replace(/\n\nUse --debug flag to render out invalid YAML\n$/, "")
    .trimEnd();
}

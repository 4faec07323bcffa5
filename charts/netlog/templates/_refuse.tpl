{{/* What the schema cannot say: values that contradict each other, or what a pod is. Each message names the value. */}}
{{- define "netlog.refuse" -}}
{{- include "netlog.refuseMisplaced" . -}}
{{- include "netlog.refuseConfig" . -}}
{{- include "netlog.refuseSecurity" . -}}
{{- if not .Values.image.repository -}}
{{- fail "image.repository is empty: set it to where the nodes pull netlog's image from, such as --set image.repository=registry.example.com/netlog" -}}
{{- end -}}
{{- if and .Values.metrics.podMonitor.enabled (not (include "netlog.port" .)) -}}
{{- fail "metrics.podMonitor.enabled is true while config.http.listen is empty, so that there is nothing to scrape: set config.http.listen to \":9464\", or metrics.podMonitor.enabled to false" -}}
{{- end -}}
{{- if and .Values.image.tag .Values.image.digest -}}
{{- fail "image.tag and image.digest are both set: the digest alone says which image it is; set image.tag to \"\"" -}}
{{- end -}}
{{- if and (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) -}}
{{- fail "serviceAccount.name is empty while serviceAccount.create is false: name the service account to use, or set serviceAccount.create to true" -}}
{{- end -}}
{{- if not .Values.networkPolicy.enabled -}}
{{- range $key := list "from" "apiServerCIDRs" -}}
{{- if index $.Values.networkPolicy $key -}}
{{- fail (printf "networkPolicy.%s is set while networkPolicy.enabled is false: set networkPolicy.enabled to true, or remove it" $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and .Values.fluentBit.parsers.enabled (eq (default "text" .Values.config.format) "json") -}}
{{- fail "fluentBit.parsers.enabled is true while config.format is \"json\": the parsers are for text, and Fluent Bit's kubernetes filter merges JSON without any; set it to false" -}}
{{- end -}}
{{- with include "netlog.memoryLimitMi" . -}}
{{- if lt (int .) 256 -}}
{{- fail (printf "resources.limits.memory is %sMi: bpftrace's compiler and netlog do not fit into less than 256Mi; set it to that or more" .) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* A block out of a configuration file, copied to the top of the values. */}}
{{- define "netlog.refuseMisplaced" -}}
{{- range $key := list "format" "kubernetes" "scope" "events" "labels" "filters" "limits" "connect" "identity" "sockets" "stats" "selfTest" "state" "http" "log" "bpftrace" -}}
{{- if hasKey $.Values $key -}}
{{- fail (printf "%s is a key of netlog's configuration, and stands at the top of the values: write it below config, as config.%s" $key $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "netlog.refuseConfig" -}}
{{- $listen := (.Values.config.http | default dict).listen | default "" -}}
{{- $host := regexReplaceAll ":[0-9]+$" $listen "" -}}
{{- if not (has $host (list "" "0.0.0.0" "[::]")) -}}
{{- fail (printf "config.http.listen is %q: the kubelet asks at the pod's own address, which is not known beforehand; set it to \":%s\", or to \"\" for no server and no probes" $listen (include "netlog.port" .)) -}}
{{- end -}}
{{- $path := (.Values.config.state | default dict).path | default "" -}}
{{- if and $path (not (regexMatch "^/var/lib/netlog/[^/]+$" $path)) -}}
{{- fail (printf "config.state.path is %q: the pod can write to /var/lib/netlog alone; set it to /var/lib/netlog/state, or to \"\" for none" $path) -}}
{{- end -}}
{{- if eq (default "node" .Values.config.scope) "pod" -}}
{{- fail "config.scope is \"pod\": netlog would log its own pods and nothing else; set it to node, or run netlog as a sidecar of the pod to be watched (examples/sidecar.yaml)" -}}
{{- end -}}
{{- end -}}

{{- define "netlog.refuseSecurity" -}}
{{- $security := .Values.security -}}
{{- if eq $security.profile "privileged" -}}
{{- range $key := list "capabilities" "seLinuxOptions" "appArmorProfile" -}}
{{- if index $security $key -}}
{{- fail (printf "security.%s is set while security.profile is privileged, which nothing of it limits: set security.profile to least, or remove it" $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $security.capabilities -}}
{{- if hasPrefix "CAP_" . -}}
{{- fail (printf "security.capabilities has %s: Kubernetes writes it without CAP_; set it to %s" . (trimPrefix "CAP_" .)) -}}
{{- end -}}
{{- end -}}
{{- $has := include "netlog.capabilities" . | fromJsonArray -}}
{{- if not (or (has "SYS_ADMIN" $has) (and (has "BPF" $has) (has "PERFMON" $has))) -}}
{{- fail (printf "security.capabilities is [%s]: the kernel lets netlog attach probes with BPF and PERFMON, or with SYS_ADMIN; set it to [BPF, PERFMON], or to [SYS_ADMIN]" (join ", " $has)) -}}
{{- end -}}
{{- if and $security.appArmorProfile (semverCompare "<1.30-0" .Capabilities.KubeVersion.Version) -}}
{{- fail (printf "security.appArmorProfile is set, and Kubernetes %s does not know it yet: set podAnnotations.container\\.apparmor\\.security\\.beta\\.kubernetes\\.io/netlog, and remove it" .Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- end -}}

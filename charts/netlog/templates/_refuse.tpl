{{/* What the schema cannot say: values that contradict each other, or what a pod is. Each message names the value. */}}
{{- define "netlog.refuse" -}}
{{- $listen := (.Values.config.http | default dict).listen | default "" -}}
{{- $host := regexReplaceAll ":[0-9]+$" $listen "" -}}
{{- if not .Values.image.repository -}}
{{- fail "image.repository is empty: set it to where the nodes pull netlog's image from, such as --set image.repository=registry.example.com/netlog" -}}
{{- end -}}
{{- if and .Values.metrics.podMonitor.enabled (not (include "netlog.port" .)) -}}
{{- fail "metrics.podMonitor.enabled is true while config.http.listen is empty, so that there is nothing to scrape: set config.http.listen to \":9464\", or metrics.podMonitor.enabled to false" -}}
{{- end -}}
{{- if and (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) -}}
{{- fail "serviceAccount.name is empty while serviceAccount.create is false: name the service account to use, or let the chart create one" -}}
{{- end -}}
{{- if not (has $host (list "" "0.0.0.0" "[::]")) -}}
{{- fail (printf "config.http.listen is %q: the kubelet asks at the pod's own address, which is not known beforehand; set it to \":%s\", or to \"\" for no server and no probes" $listen (include "netlog.port" .)) -}}
{{- end -}}
{{- if (.Values.config.state | default dict).path -}}
{{- fail "config.state.path is set: netlog's root file system is read-only and this chart mounts nothing to write to; remove it" -}}
{{- end -}}
{{- if eq (default "node" .Values.config.scope) "pod" -}}
{{- fail "config.scope is \"pod\": netlog would log its own pods and nothing else; remove it, or run netlog as a sidecar of the pod to be watched" -}}
{{- end -}}
{{- with include "netlog.memoryLimitMi" . -}}
{{- if lt (int .) 256 -}}
{{- fail (printf "resources.limits.memory is %s Mi: bpftrace's compiler and netlog do not fit into less than 256Mi; set it to that or more" .) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Only where Pod Security would refuse the pods, as far as this can be known: without a cluster to ask, or for a namespace that is only now made, it cannot. */}}
{{- define "netlog.podSecurityNote" -}}
{{- $allow := printf "kubectl label namespace %s pod-security.kubernetes.io/enforce=privileged --overwrite" .Release.Namespace -}}
{{- $namespace := lookup "v1" "Namespace" "" .Release.Namespace -}}
{{- if not $namespace }}

Its pods use what Pod Security calls privileged. Where none come up and `kubectl describe daemonset --namespace {{ .Release.Namespace }}` says "violates PodSecurity":

    {{ $allow }}
{{- else }}
{{- $enforced := dig "metadata" "labels" "pod-security.kubernetes.io/enforce" "" $namespace }}
{{- if has $enforced (list "baseline" "restricted") }}

NO POD WILL COME UP: the namespace {{ .Release.Namespace }} enforces Pod Security's "{{ $enforced }}", and netlog needs what it calls privileged. Allow that:

    {{ $allow }}
{{- end }}
{{- end }}
{{- end }}

{{- define "netlog.grepError" -}}
{{- if eq (default "text" .Values.config.format) "json" }}'"error.type":'{{ else }}' error='{{ end }}
{{- end }}

{{/* A line for each thing that people may look for in vain. */}}
{{- define "netlog.off" -}}
{{- $events := default (list "tcp.connect" "tcp.accept" "tcp.close" "udp.bind" "udp.close") .Values.config.events -}}
{{- range list "tcp.connect" "tcp.accept" "tcp.close" "udp.bind" "udp.connect" "udp.close" -}}
{{- if not (has . $events) }}
  {{ . }}: it is not in config.events
{{- end -}}
{{- end -}}
{{- if not .Values.config.filters }}
  filters: config.filters is empty; without what the kubelet's probes make: helm upgrade {{ .Release.Name }} charts/netlog --namespace {{ .Release.Namespace }} --reset-then-reuse-values --set 'config.filters[0].preset=kubelet-probes'
{{- end -}}
{{- if not (include "netlog.asksKubernetes" .) }}
  names of pods and namespaces, and labels: config.kubernetes is off
{{- else if not .Values.rbac.create }}
  the right to list and watch pods and namespaces: rbac.create is false; without it lines say k8s=unresolved
{{- end -}}
{{- if not (include "netlog.port" .) }}
  metrics, probes and the Service: config.http.listen is empty, so an upgrade waits a minute for each node
{{- else if not .Values.metrics.podMonitor.enabled }}
  a PodMonitor for /metrics on port {{ include "netlog.port" . }}: metrics.podMonitor.enabled is false
{{- end -}}
{{- if not (.Values.config.state | default dict).path }}
  the time of a crash: config.state.path is empty, so it is not known from when on nobody watched
{{- end -}}
{{- end }}

{{/* The capabilities of the profile `least`. */}}
{{- define "netlog.capabilities" -}}
{{- default (list "BPF" "PERFMON") .Values.security.capabilities | toJson }}
{{- end }}

{{/* Over a privileged container's own, to which it could write; beside another's, as it was tried with Docker. */}}
{{- define "netlog.cgroupsPath" -}}
{{- if eq .Values.security.profile "least" }}/host{{ end }}/sys/fs/cgroup
{{- end }}

{{- define "netlog.securityContext" -}}
{{- if eq .Values.security.profile "privileged" -}}
privileged: true
readOnlyRootFilesystem: true
{{- else -}}
runAsUser: 0 # bpftrace insists on it
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
  add: {{ include "netlog.capabilities" . }}
readOnlyRootFilesystem: true
seccompProfile: { type: RuntimeDefault }
{{- with .Values.security.seLinuxOptions }}
seLinuxOptions:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.security.appArmorProfile }}
appArmorProfile:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

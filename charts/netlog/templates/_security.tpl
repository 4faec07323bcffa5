{{/* The capabilities of the profile `least`. */}}
{{- define "netlog.capabilities" -}}
{{- default (list "BPF" "PERFMON") .Values.security.capabilities | toJson }}
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

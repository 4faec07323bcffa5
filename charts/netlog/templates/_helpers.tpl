{{- define "netlog.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "netlog.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := include "netlog.name" . }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "netlog.serviceAccountName" -}}
{{- default (include "netlog.fullname" .) .Values.serviceAccount.name }}
{{- end }}

{{- define "netlog.image" -}}
{{- with .Values.image.digest -}}
{{- printf "%s@%s" $.Values.image.repository . }}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{/* Selectors never change: no version in them. */}}
{{- define "netlog.selectorLabels" -}}
app.kubernetes.io/name: {{ include "netlog.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "netlog.labels" -}}
{{ include "netlog.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: agent
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* What of the configuration netlog reads at its start only (its src/config/changes.ts): a change of it makes new pods. */}}
{{- define "netlog.restartConfig" -}}
{{- pick .Values.config "format" "kubernetes" "scope" "events" "connect" "sockets" "state" "http" "bpftrace" | toYaml }}
{{- end }}

{{/* Whether netlog asks the Kubernetes API for names and labels; empty where it does not. */}}
{{- define "netlog.asksKubernetes" -}}
{{- if ne (default "auto" .Values.config.kubernetes) "off" }}true{{ end }}
{{- end }}

{{/* The port of config.http.listen; empty where netlog serves none. */}}
{{- define "netlog.port" -}}
{{- with (.Values.config.http | default dict).listen -}}
{{- . | splitList ":" | last }}
{{- end }}
{{- end }}

{{/* The memory limit in MiB; empty where there is none. The schema lets nothing through but Mi and Gi. */}}
{{- define "netlog.memoryLimitMi" -}}
{{- with dig "limits" "memory" "" .Values.resources -}}
{{- $number := regexFind "^[0-9]+" . | int -}}
{{- if hasSuffix "Gi" . }}{{ mul 1024 $number }}{{ else }}{{ $number }}{{ end }}
{{- end }}
{{- end }}

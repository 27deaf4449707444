{{/* Labels by which the service's pods are selected. */}}
{{- define "relevance.selector" -}}
app.kubernetes.io/name: relevance
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Labels of every object. */}}
{{- define "relevance.labels" -}}
{{ include "relevance.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "repopulse.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "repopulse.fullname" -}}
{{- $name := include "repopulse.name" . -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $full .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- define "repopulse.selector" -}}
app.kubernetes.io/name: {{ include "repopulse.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "repopulse.labels" -}}
{{ include "repopulse.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "repopulse.serviceAccount" -}}
{{- default (ternary (include "repopulse.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "repopulse.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ default $.Chart.AppVersion .tag }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* "true" where a secret, one of .Values.secrets, is given. */}}
{{- define "repopulse.given" -}}
{{- if or .existingSecret .value -}}true{{- end -}}
{{- end -}}

{{/* The name and the key of the Secret that holds one of .Values.secrets: (list $ "githubToken"). */}}
{{- define "repopulse.secretKey" -}}
{{- $root := index . 0 -}}
{{- $secret := index $root.Values.secrets (index . 1) -}}
name: {{ default (include "repopulse.fullname" $root) $secret.existingSecret }}
key: {{ ternary $secret.key (include "repopulse.ownKey" (index . 1)) (ne $secret.existingSecret "") }}
{{- end -}}

{{/* The key of one of .Values.secrets in the chart's own Secret, and the name of its file: githubToken is github-token. */}}
{{- define "repopulse.ownKey" -}}
{{- kebabcase . -}}
{{- end -}}

{{/* The settings file: a text, a number or a list is spelled the same in JSON and in TOML. */}}
{{- define "repopulse.settings" -}}
# Written by the Helm chart; changes here are lost.
{{- range $name, $value := .Values.settings }}
{{- /* In YAML, off is not a text but false. */}}
{{- if kindIs "bool" $value }}{{ $value = ternary "on" "off" $value }}{{ end }}
{{ $name }} = {{ toRawJson $value }}
{{- end }}
{{- range .Values.alerts.rules }}

[[alert]]
{{- range $key, $value := . }}
{{ $key }} = {{ toRawJson $value }}
{{- end }}
{{- end }}
{{- range .Values.alerts.targets }}

[[notify]]
{{- range $key, $value := . }}
{{ $key }} = {{ toRawJson $value }}
{{- end }}
{{- end }}
{{ end -}}

{{/* Where users find the service: the path of the Ingress. */}}
{{- define "repopulse.path" -}}
{{- default "/" (default (index .Values.settings "base-path") .Values.ingress.path) -}}
{{- end -}}

{{- define "repopulse.scheme" -}}
{{- ternary "HTTPS" "HTTP" (ne .Values.tls.existingSecret "") -}}
{{- end -}}

{{/* Changes with all that a server reads only at its start. Whoever sees pods sees it: hence slow to guess from (scrypt). */}}
{{- define "repopulse.checksum" -}}
{{- $read := toJson (list (include "repopulse.settings" .) (pick .Values.secrets "store" "apiKey" "webhookSecret") .Values.settingsFile) | sha256sum -}}
{{- derivePassword 1 "maximum" $read "repopulse" .Release.Name | sha256sum -}}
{{- end -}}

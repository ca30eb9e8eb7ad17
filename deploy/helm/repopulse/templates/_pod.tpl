{{/* The pod of a server, the same for both stores. */}}
{{- define "repopulse.pod" -}}
{{- $values := .Values -}}
{{- $fullname := include "repopulse.fullname" . -}}
{{- $port := dict "port" "http" "scheme" (include "repopulse.scheme" .) -}}
metadata:
  labels:
    {{- include "repopulse.labels" . | nindent 4 }}
    {{- with $values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    checksum/settings: {{ include "repopulse.checksum" . }}
    {{- with $values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "repopulse.serviceAccount" . }}
  automountServiceAccountToken: false
  # Kubernetes would set variables such as REPOPULSE_SERVER_PORT for a Service of such a name.
  enableServiceLinks: false
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile: {type: RuntimeDefault}
  terminationGracePeriodSeconds: {{ $values.terminationGracePeriodSeconds }}
  {{- with $values.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  containers:
    - name: repopulse
      image: {{ include "repopulse.image" . | quote }}
      imagePullPolicy: {{ $values.image.pullPolicy }}
      args: [serve]
      securityContext:
        allowPrivilegeEscalation: false
        privileged: false
        readOnlyRootFilesystem: true
        capabilities: {drop: [ALL]}
      ports:
        - {name: http, containerPort: 8080, protocol: TCP}
      env:
        {{- include "repopulse.env" . | nindent 8 }}
      # The windows are loaded: until then a roll out waits.
      startupProbe:
        httpGet: {{ toJson (set (deepCopy $port) "path" "/readyz") }}
        periodSeconds: 5
        timeoutSeconds: 5
        failureThreshold: {{ div (add $values.probes.startupSeconds 4) 5 }}
      # The process answers. A store that is away is no reason to kill it: what it polled is still in its memory.
      livenessProbe:
        httpGet: {{ toJson (set (deepCopy $port) "path" "/healthz") }}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: {{ toJson (set (deepCopy $port) "path" $values.probes.readinessPath) }}
        periodSeconds: 5
        timeoutSeconds: 5
        failureThreshold: 2
      {{- if and (eq $values.store "mongodb") (semverCompare ">=1.30.0-0" .Capabilities.KubeVersion.Version) }}
      lifecycle:
        preStop:
          sleep: {seconds: 5}
      {{- end }}
      resources:
        {{- toYaml $values.resources | nindent 8 }}
      volumeMounts:
        {{- include "repopulse.mounts" . | nindent 8 }}
  volumes:
    {{- include "repopulse.volumes" . | nindent 4 }}
  {{- with $values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- range $name := list "nodeSelector" "tolerations" "affinity" }}
  {{- with index $values $name }}
  {{ $name }}:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
  {{- if $values.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- toYaml $values.topologySpreadConstraints | nindent 4 }}
  {{- else if eq $values.store "mongodb" }}
  topologySpreadConstraints:
    {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "repopulse.selector" $ | nindent 10 }}
      matchLabelKeys: [pod-template-hash]
    {{- end }}
  {{- end }}
{{- end -}}

{{/* Paths of secrets, and the two secrets that a server takes from its environment alone. */}}
{{- define "repopulse.env" -}}
- {name: REPOPULSE_CONFIG, value: /etc/repopulse/repopulse.toml}
- {name: REPOPULSE_LISTEN, value: "0.0.0.0:8080"}
- name: REPOPULSE_STORE
  {{- if eq .Values.store "sqlite" }}
  value: sqlite:/var/lib/repopulse/repopulse.db
  {{- else }}
  valueFrom:
    secretKeyRef:
      {{- include "repopulse.secretKey" (list . "store") | nindent 6 }}
  {{- end }}
- name: REPOPULSE_API_KEY
  valueFrom:
    secretKeyRef:
      {{- include "repopulse.secretKey" (list . "apiKey") | nindent 6 }}
{{- $files := dict "githubToken" "GITHUB_TOKEN_FILE" "githubAppKey" "GITHUB_APP_KEY_FILE" "webhookSecret" "WEBHOOK_SECRET_FILE" }}
{{- range $name, $variable := $files }}
{{- if include "repopulse.given" (index $.Values.secrets $name) }}
- {name: REPOPULSE_{{ $variable }}, value: /run/secrets/repopulse/{{ include "repopulse.ownKey" $name }}}
{{- end }}
{{- end }}
{{- if .Values.githubApp.id }}
- {name: REPOPULSE_GITHUB_APP_ID, value: {{ include "repopulse.digits" .Values.githubApp.id | quote }}}
- {name: REPOPULSE_GITHUB_APP_INSTALLATION_ID, value: {{ include "repopulse.digits" .Values.githubApp.installationId | quote }}}
{{- end }}
{{- if .Values.githubCa.configMap }}
- {name: REPOPULSE_GITHUB_CA_FILE, value: /run/repopulse/github-ca.pem}
{{- end }}
{{- if .Values.tls.existingSecret }}
- {name: REPOPULSE_TLS_CERT, value: /run/secrets/repopulse-tls/tls.crt}
- {name: REPOPULSE_TLS_KEY, value: /run/secrets/repopulse-tls/tls.key}
{{- end }}
{{- with .Values.env }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* A number that came as a number or as a text. */}}
{{- define "repopulse.digits" -}}
{{- int64 . -}}
{{- end -}}

{{- define "repopulse.hasFiles" -}}
{{- range list "githubToken" "githubAppKey" "webhookSecret" -}}
{{- include "repopulse.given" (index $.Values.secrets .) -}}
{{- end -}}
{{- end -}}

{{- define "repopulse.mounts" -}}
- {name: settings, mountPath: /etc/repopulse, readOnly: true}
- {name: tmp, mountPath: /tmp}
{{- if eq .Values.store "sqlite" }}
- {name: store, mountPath: /var/lib/repopulse}
{{- end }}
{{- if include "repopulse.hasFiles" . }}
- {name: secrets, mountPath: /run/secrets/repopulse, readOnly: true}
{{- end }}
{{- if .Values.githubCa.configMap }}
- {name: github-ca, mountPath: /run/repopulse, readOnly: true}
{{- end }}
{{- if .Values.tls.existingSecret }}
- {name: tls, mountPath: /run/secrets/repopulse-tls, readOnly: true}
{{- end }}
{{- end -}}

{{- define "repopulse.volumes" -}}
{{- $fullname := include "repopulse.fullname" . -}}
- name: settings
  {{- if .Values.settingsFile.existingSecret }}
  secret:
    secretName: {{ .Values.settingsFile.existingSecret }}
    defaultMode: 0440
    items: [{key: {{ .Values.settingsFile.key }}, path: repopulse.toml}]
  {{- else if .Values.alerts.targets }}
  secret: {secretName: {{ $fullname }}-settings, defaultMode: 0440}
  {{- else }}
  configMap: {name: {{ $fullname }}-settings}
  {{- end }}
- name: tmp
  emptyDir: {sizeLimit: 256Mi}
{{- if and (eq .Values.store "sqlite") .Values.volume.existingClaim }}
- name: store
  persistentVolumeClaim: {claimName: {{ .Values.volume.existingClaim }}}
{{- end }}
{{- if include "repopulse.hasFiles" . }}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- range list "githubToken" "githubAppKey" "webhookSecret" }}
      {{- if include "repopulse.given" (index $.Values.secrets .) }}
      {{- $from := include "repopulse.secretKey" (list $ .) | fromYaml }}
      - secret:
          name: {{ $from.name }}
          items: [{key: {{ $from.key }}, path: {{ include "repopulse.ownKey" . }}}]
      {{- end }}
      {{- end }}
{{- end }}
{{- if .Values.githubCa.configMap }}
- name: github-ca
  configMap:
    name: {{ .Values.githubCa.configMap }}
    items: [{key: {{ .Values.githubCa.key }}, path: github-ca.pem}]
{{- end }}
{{- if .Values.tls.existingSecret }}
- name: tls
  secret: {secretName: {{ .Values.tls.existingSecret }}, defaultMode: 0440}
{{- end }}
{{- end -}}

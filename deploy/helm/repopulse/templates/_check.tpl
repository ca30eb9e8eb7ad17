{{/* Values that no schema can refuse, each with a sentence that says what to do. */}}
{{- define "repopulse.check" -}}
{{- $values := .Values -}}
{{- if not $values.image.repository -}}
{{- fail "image.repository is missing: name the image in a registry that the cluster reads, such as registry.example/repopulse" -}}
{{- end -}}
{{- if and (eq $values.store "sqlite") (ne (int $values.replicas) 1) -}}
{{- fail (printf "replicas is %d, but one SQLite file has one server: set replicas: 1, or store: mongodb" (int $values.replicas)) -}}
{{- end -}}
{{- range $name, $secret := $values.secrets -}}
{{- if and $secret.existingSecret $secret.value -}}
{{- fail (printf "secrets.%s has both existingSecret and value: give one of them" $name) -}}
{{- end -}}
{{- end -}}
{{- include "repopulse.checkStore" . -}}
{{- include "repopulse.checkGithub" . -}}
{{- include "repopulse.checkSettings" . -}}
{{- include "repopulse.checkPath" . -}}
{{- include "repopulse.checkMetrics" . -}}
{{- range $values.env -}}
{{- if hasPrefix "REPOPULSE_" .name -}}
{{- fail (printf "env has %s: use settings for settings, and secrets for secrets" .name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "repopulse.checkStore" -}}
{{- $given := include "repopulse.given" .Values.secrets.store -}}
{{- if and (eq .Values.store "mongodb") (not $given) -}}
{{- fail "store: mongodb needs the database's URI: set secrets.store.existingSecret (or secrets.store.value)" -}}
{{- end -}}
{{- if and (eq .Values.store "sqlite") $given -}}
{{- fail "secrets.store is the URI of a database: set store: mongodb, or leave it out" -}}
{{- end -}}
{{- if and .Values.secrets.store.value (not (regexMatch "^mongodb([+]srv)?://[^ ]+$" .Values.secrets.store.value)) -}}
{{- fail "secrets.store.value must be mongodb://HOST/DATABASE or mongodb+srv://HOST/DATABASE" -}}
{{- end -}}
{{- end -}}

{{- define "repopulse.checkGithub" -}}
{{- $key := include "repopulse.given" .Values.secrets.githubAppKey -}}
{{- $ids := and .Values.githubApp.id .Values.githubApp.installationId -}}
{{- $any := or $key .Values.githubApp.id .Values.githubApp.installationId -}}
{{- if and $any (not (and $key $ids)) -}}
{{- fail "a GitHub App needs all three: secrets.githubAppKey, githubApp.id and githubApp.installationId" -}}
{{- end -}}
{{- if and $any (include "repopulse.given" .Values.secrets.githubToken) -}}
{{- fail "secrets.githubToken and a GitHub App are both given: leave one of them out" -}}
{{- end -}}
{{- end -}}

{{/* Settings that the chart makes from other values. */}}
{{- define "repopulse.ownSettings" -}}
listen: it is port 8080 of every address
store: use store and secrets.store
api-key: use secrets.apiKey
github-token: use secrets.githubToken
github-token-file: use secrets.githubToken
github-app-id: use githubApp.id
github-app-installation-id: use githubApp.installationId
github-app-key-file: use secrets.githubAppKey
webhook-secret: use secrets.webhookSecret
webhook-secret-file: use secrets.webhookSecret
github-ca-file: use githubCa
tls-cert: use tls.existingSecret
tls-key: use tls.existingSecret
server: a server does not use it
ca-file: a server does not use it
{{- end -}}

{{- define "repopulse.checkSettings" -}}
{{- $given := .Values.settings -}}
{{- $own := include "repopulse.ownSettings" . | fromYaml -}}
{{- $page := .Files.Get "files/settings.md" -}}
{{- range $name, $value := $given -}}
{{- if hasKey $own $name -}}
{{- fail (printf "settings.%s is not for here: %s" $name (index $own $name)) -}}
{{- end -}}
{{- if not (contains (printf "\n| in a file | `%s` |\n" $name) $page) -}}
{{- fail (printf "settings.%s is no setting: docs/settings.md lists them under \"in a file\"" $name) -}}
{{- end -}}
{{- end -}}
{{- if .Values.settingsFile.existingSecret -}}
{{- $more := omit $given "log-format" -}}
{{- if or $more .Values.alerts.rules .Values.alerts.targets -}}
{{- fail "settingsFile.existingSecret takes the place of settings and alerts: put them into that file" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "repopulse.checkPath" -}}
{{- $base := index .Values.settings "base-path" -}}
{{- if and .Values.ingress.path (not .Values.settingsFile.existingSecret) -}}
{{- fail "ingress.path goes with settingsFile alone: set settings.base-path, which is the path of the Ingress, too" -}}
{{- end -}}
{{- if and $base (not (regexMatch "^(/[A-Za-z0-9._~-]+)+$" $base)) -}}
{{- fail (printf "settings.base-path is %q: give a path such as /repopulse" $base) -}}
{{- end -}}
{{- end -}}

{{- define "repopulse.checkMetrics" -}}
{{- $monitor := .Values.metrics.serviceMonitor -}}
{{- $public := eq (toString (index .Values.settings "public")) "read" -}}
{{- if and $monitor.enabled (not $monitor.authorization.existingSecret) (not $public) -}}
{{- fail "metrics.serviceMonitor needs a key of role read: make one with `repopulse keys add --label prometheus`, put it into a Secret, and name that in metrics.serviceMonitor.authorization.existingSecret" -}}
{{- end -}}
{{- $alerts := list -}}
{{- range (.Files.Get "files/alerts.yml" | fromYaml).groups -}}
{{- range .rules -}}{{- $alerts = append $alerts .alert -}}{{- end -}}
{{- end -}}
{{- range .Values.metrics.prometheusRule.without -}}
{{- if not (has . $alerts) -}}
{{- fail (printf "metrics.prometheusRule.without has %s, which is no alert: docs/metrics.md lists them" .) -}}
{{- end -}}
{{- end -}}
{{- end -}}

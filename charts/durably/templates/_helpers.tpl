{{- define "durably.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* The labels of an object: (dict "root" $ "component" "worker"). */}}
{{- define "durably.labels" -}}
{{ include "durably.podLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{/* The labels of its pods: without versions, so that a new chart alone makes no new pods. */}}
{{- define "durably.podLabels" -}}
{{ include "durably.selectorLabels" . }}
app.kubernetes.io/part-of: durably
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The labels that select its pods; they never change in the life of a release. */}}
{{- define "durably.selectorLabels" -}}
app.kubernetes.io/name: durably
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* An image: (dict "root" $ "image" .Values.api.image). */}}
{{- define "durably.image" -}}
{{- $registry := .root.Values.image.registry -}}
{{- printf "%s%s:%s" (ternary (printf "%s/" $registry) "" (ne $registry "")) .image.repository (.image.tag | default .root.Chart.AppVersion) -}}
{{- end -}}

{{/* What every container of ours may do: nothing that it does not need. */}}
{{- define "durably.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* Pod settings that the API and the worker share: (dict "root" $ "component" "worker" "values" .Values.worker). */}}
{{- define "durably.podSpec" -}}
serviceAccountName: {{ include "durably.serviceAccount" .root }}
automountServiceAccountToken: false
# The Service durably-api would inject DURABLY_API_PORT=tcp://..., which is the name of a setting of ours.
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile:
    type: RuntimeDefault
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
{{- if .values.topologySpreadConstraints }}
{{- toYaml .values.topologySpreadConstraints | nindent 2 }}
{{- else }}
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- include "durably.selectorLabels" $ | nindent 8 }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "durably.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (ternary (include "durably.fullname" .) "default" .Values.serviceAccount.create) -}}
{{- end -}}

{{/* The annotations that make Dapr inject a sidecar: (dict "root" $ "appId" "durably" "config" NAME "values" .Values.worker). */}}
{{- define "durably.sidecar" -}}
{{- $sidecar := .root.Values.dapr.sidecar -}}
dapr.io/enabled: "true"
dapr.io/app-id: {{ .appId | quote }}
dapr.io/config: {{ .config | quote }}
dapr.io/log-level: {{ $sidecar.logLevel | quote }}
dapr.io/log-as-json: "true"
dapr.io/enable-metrics: "true"
dapr.io/metrics-port: "9090"
# As an init container that stays, the sidecar is there before the application and ends after it.
dapr.io/enable-native-sidecar: {{ $sidecar.native | quote }}
{{- if not $sidecar.native }}
# Both get SIGTERM at once: the sidecar goes on serving until the application is gone, or for this long.
dapr.io/block-shutdown-duration: "{{ .graceSeconds }}s"
{{- end }}
dapr.io/graceful-shutdown-seconds: "0"
dapr.io/sidecar-seccomp-profile-type: RuntimeDefault
# Secrets are resolved by Dapr's operator; the sidecar has no token to read them with.
dapr.io/disable-builtin-k8s-secret-store: "true"
dapr.io/sidecar-cpu-request: {{ $sidecar.resources.requests.cpu | quote }}
dapr.io/sidecar-memory-request: {{ $sidecar.resources.requests.memory | quote }}
{{- with $sidecar.resources.limits.cpu }}
dapr.io/sidecar-cpu-limit: {{ . | quote }}
{{- end }}
{{- with $sidecar.resources.limits.memory }}
dapr.io/sidecar-memory-limit: {{ . | quote }}
{{- end }}
dapr.io/sidecar-liveness-probe-delay-seconds: "10"
dapr.io/sidecar-liveness-probe-threshold: "5"
{{- end -}}

{{/* An environment variable in the form that Kubernetes wants: (dict "name" N "value" V). */}}
{{- define "durably.env" -}}
- name: {{ .name }}
  value: {{ .value | toString | quote }}
{{- end -}}

{{/* Where a process runs, so that a diagnosis can say which pod's log to read. */}}
{{- define "durably.whereabouts" -}}
- name: POD_NAME
  valueFrom:
    fieldRef: {fieldPath: metadata.name}
- name: POD_NAMESPACE
  valueFrom:
    fieldRef: {fieldPath: metadata.namespace}
{{- end -}}

{{- define "durably.notificationsUrl" -}}
{{- if .Values.notifications.url -}}
{{- .Values.notifications.url -}}
{{- else if .Values.sandbox.enabled -}}
{{- printf "http://%s-sandbox.%s.svc:8090/notifications" (include "durably.fullname" .) .Release.Namespace -}}
{{- else -}}
{{- fail "notifications.url is empty and sandbox.enabled is false: say where notifications go, for example --set notifications.url=https://example.org/hook" -}}
{{- end -}}
{{- end -}}

{{/* The Secret that holds Redis' password, ours or the user's. */}}
{{- define "durably.redisSecret" -}}
{{- if .Values.redis.enabled -}}
{{- printf "%s-redis" (include "durably.fullname" .) -}}
{{- else -}}
{{- .Values.stateStore.redis.existingSecret -}}
{{- end -}}
{{- end -}}

{{/* The Secret that holds the API's keys, ours or the user's. */}}
{{- define "durably.keysSecret" -}}
{{- .Values.api.auth.existingSecret | default (printf "%s-api-keys" (include "durably.fullname" .)) -}}
{{- end -}}

{{/* The version of Dapr, from its operator's Deployment; empty where its tag is not a version. */}}
{{- define "durably.daprVersion" -}}
{{- $label := index (.metadata.labels | default dict) "app.kubernetes.io/version" | default "" -}}
{{- $tag := (index .spec.template.spec.containers 0).image | splitList ":" | last -}}
{{- regexFind "^[0-9]+\\.[0-9]+\\.[0-9]+" (regexMatch "^[0-9]" $label | ternary $label $tag) -}}
{{- end -}}

{{/* The release that an object on the cluster belongs to; empty where none is named. */}}
{{- define "durably.owner" -}}
{{- $instance := index (.metadata.labels | default dict) "app.kubernetes.io/instance" | default "" -}}
{{- index (.metadata.annotations | default dict) "meta.helm.sh/release-name" | default $instance -}}
{{- end -}}

{{- define "durably.redisHost" -}}
{{- if .Values.redis.enabled -}}
{{- printf "%s-redis.%s.svc:6379" (include "durably.fullname" .) .Release.Namespace -}}
{{- else -}}
{{- required "redis.enabled is false and stateStore.redis.host is empty: say where Redis is, or set stateStore.type to another actor state store, for example state.postgresql" .Values.stateStore.redis.host -}}
{{- end -}}
{{- end -}}

{{/* Who may scrape: (dict "root" $ "ports" (list 8082)). */}}
{{- define "durably.metricsRule" -}}
{{- with .root.Values.networkPolicy.metricsFrom }}
- ports:
    {{- range $.ports }}
    - {port: {{ . }}, protocol: TCP}
    {{- end }}
  from: {{- toYaml . | nindent 4 }}
{{- end }}
{{- end -}}

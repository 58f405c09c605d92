"""For every value of the chart, something to set it to and the place where that shows."""

# ruff: noqa: FBT003 - the booleans are values of the chart

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

SAME: Final = object()
"""What shows is what was given."""


@dataclass(frozen=True, slots=True)
class Case:
    """One value, and what setting it does.

    Attributes:
        path: The value.
        given: What it is set to.
        where: Where that shows, as `look` takes it.
        expected: What is there then; None for nothing.
        besides: What else has to be set for the value to count.
    """

    path: str
    given: Any
    where: str
    expected: Any = SAME
    besides: Mapping[str, Any] = field(default_factory=dict)

    @property
    def shown(self) -> Any:
        """What is there once the value is set."""
        return self.given if self.expected is SAME else self.expected


NO_REDIS: Final = {"redis.enabled": False, "stateStore.redis.host": "redis.example.org:6379"}
SCALE_DOWN: Final = (
    "ScaledObject/durably-worker spec advanced horizontalPodAutoscalerConfig behavior"
    " scaleDown stabilizationWindowSeconds"
)
GATE: Final = {"gate.enabled": True}
KEDA: Final = {"worker.keda.enabled": True, "worker.keda.prometheusAddress": "http://prometheus:9090"}
TRACING: Final = {"tracing.otlp.endpoint": "http://collector:4317"}
ELSEWHERE: Final = {"key": "disk", "operator": "Exists"}
SPREAD: Final = {"maxSkew": 2, "topologyKey": "rack", "whenUnsatisfiable": "DoNotSchedule"}
AFFINITY: Final = {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}}
PEER: Final = {"namespaceSelector": {"matchLabels": {"team": "a"}}}
MORE: Final = {"memory": "2Gi", "cpu": "3"}
SECRET: Final = {"name": "more", "secretKeyRef": {"name": "s", "key": "k"}}
MONITORS: Final = {"monitoring.podMonitors.enabled": True}
ALERTS: Final = {"monitoring.rules.enabled": True}
DASHBOARDS: Final = {"monitoring.dashboards.enabled": True}
OIDC: Final = {
    "api.auth.mode": "oidc",
    "api.auth.oidc.issuer": "https://issuer.example.org",
    "api.auth.oidc.audience": "durably",
}
KEY: Final = "durably_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
OWN_SECRET: Final = {**NO_REDIS, "stateStore.redis.existingSecret": "own"}

NO_WORKER: Final = "PrometheusRule/durably spec groups durably-platform rules DurablyNoWorker"
DASHBOARD: Final = "ConfigMap/durably-dashboard"
TRIGGER: Final = "ScaledObject/durably-worker spec triggers 0 metadata"
STORE: Final = "Component/statestore spec metadata"
VOLUME: Final = "StatefulSet/durably-redis spec volumeClaimTemplates 0 spec"
RETENTION: Final = "StatefulSet/durably-redis spec persistentVolumeClaimRetentionPolicy"


def pod(component: str, place: str) -> str:
    """A place in the pods of a component."""
    return f"{'StatefulSet' if component == 'redis' else 'Deployment'}/durably-{component} spec template {place}"


def container(component: str, place: str) -> str:
    """A place in their container."""
    return pod(component, f"spec containers {component} {place}")


def env(component: str, name: str) -> str:
    """The value of one of its environment variables."""
    return container(component, f"env DURABLY_{component.upper()}_{name} value")


def sidecar(component: str, name: str) -> str:
    """An annotation that the injector reads."""
    return pod(component, f"metadata annotations dapr.io/{name}")


def of_pods(component: str) -> Iterator[Case]:
    """What can be set of all pods, Redis' as well."""
    yield Case(f"{component}.nodeSelector", {"disk": "ssd"}, pod(component, "spec nodeSelector"))
    yield Case(f"{component}.tolerations", [ELSEWHERE], pod(component, "spec tolerations"))
    for kind in ("requests", "limits"):
        yield Case(f"{component}.resources.{kind}", MORE, container(component, f"resources {kind}"))


def of_our_pods(component: str) -> Iterator[Case]:
    """What can be set of all pods but Redis'."""
    yield from of_pods(component)
    yield Case(f"{component}.priorityClassName", "high", pod(component, "spec priorityClassName"))
    yield Case(f"{component}.affinity", AFFINITY, pod(component, "spec affinity"))
    yield Case(f"{component}.topologySpreadConstraints", [SPREAD], pod(component, "spec topologySpreadConstraints"))


def of_processes(component: str) -> Iterator[Case]:
    """What can be set of the API and of the worker."""
    yield from of_our_pods(component)
    deployment = f"Deployment/durably-{component} spec"
    yield Case(f"{component}.appId", "other", sidecar(component, "app-id"))
    yield Case(f"{component}.replicas", 5, f"{deployment} replicas")
    yield Case(f"{component}.image.repository", "own", container(component, "image"), "own:0.1.0")
    yield Case(f"{component}.image.tag", "1.2", container(component, "image"), f"durably-{component}:1.2")
    yield Case(f"{component}.logLevel", "DEBUG", env(component, "LOG_LEVEL"))
    yield Case(f"{component}.extraEnv", [{"name": "A", "value": "b"}], container(component, "env A value"), "b")
    volume, mount = {"name": "v", "emptyDir": {}}, {"name": "v", "mountPath": "/v"}
    yield Case(f"{component}.extraVolumes", [volume], pod(component, "spec volumes v"), volume)
    yield Case(f"{component}.extraVolumeMounts", [mount], container(component, "volumeMounts v"), mount)
    yield Case(f"{component}.podAnnotations", {"a": "b"}, pod(component, "metadata annotations a"), "b")
    on = {f"{component}.autoscaling.enabled": True}
    scaler = f"HorizontalPodAutoscaler/durably-{component} spec"
    yield Case(f"{component}.autoscaling.enabled", True, f"{deployment} replicas", None)
    yield Case(f"{component}.autoscaling.minReplicas", 3, f"{scaler} minReplicas", besides=on)
    yield Case(f"{component}.autoscaling.maxReplicas", 9, f"{scaler} maxReplicas", besides=on)
    aim = "metrics 0 containerResource target averageUtilization"
    yield Case(f"{component}.autoscaling.cpuPercent", 55, f"{scaler} {aim}", besides=on)
    budget = f"PodDisruptionBudget/durably-{component}"
    yield Case(f"{component}.podDisruptionBudget.enabled", False, budget, None)
    yield Case(f"{component}.podDisruptionBudget.maxUnavailable", "50%", f"{budget} spec maxUnavailable")


def of_the_gate() -> Iterator[Case]:
    """What can be set of the Job before an upgrade."""
    job = "Job/durably-gate"
    pod = f"{job} spec template spec"
    token = f"{pod} containers gate env DURABLY_TOKEN valueFrom secretKeyRef"
    yield Case("gate.enabled", True, f"{job} metadata annotations helm.sh/hook", "pre-upgrade")
    both = "pre-upgrade,pre-rollback"
    yield Case("gate.onRollback", True, f"{job} metadata annotations helm.sh/hook", both, GATE)
    yield Case("gate.whenUnreachable", "pass", f"{pod} containers gate command 0", "sh", GATE)
    yield Case("gate.patienceSeconds", 5, f"{pod} containers gate args 0", "--patience=5s", GATE)
    yield Case("gate.timeoutSeconds", 60, f"{pod} activeDeadlineSeconds", besides=GATE)
    yield Case("gate.retired", ["letters"], f"{pod} containers gate args 1", "--retired=letters", GATE)
    yield Case("gate.existingSecret", "own", f"{token} name", besides=GATE)
    yield Case("gate.existingSecretKey", "token", f"{token} key", besides=GATE)
    for kind in ("requests", "limits"):
        yield Case(f"gate.resources.{kind}", MORE, f"{pod} containers gate resources {kind}", besides=GATE)


CASES: Final = (
    Case("fullnameOverride", "other", "Deployment/other-api metadata name", "other-api"),
    Case("commonLabels", {"team": "a"}, "Deployment/durably-api metadata labels team", "a"),
    Case("image.registry", "r.example.org", container("api", "image"), "r.example.org/durably-api:0.1.0"),
    Case("image.pullPolicy", "Always", container("redis", "imagePullPolicy")),
    Case("image.pullSecrets", [{"name": "pull"}], pod("worker", "spec imagePullSecrets")),
    Case("serviceAccount.create", False, "ServiceAccount/durably", None),
    Case("serviceAccount.name", "own", pod("redis", "spec serviceAccountName")),
    Case("serviceAccount.annotations", {"a": "b"}, "ServiceAccount/durably metadata annotations"),
    Case("dapr.sidecar.native", False, sidecar("worker", "block-shutdown-duration"), "43s"),
    Case("dapr.sidecar.logLevel", "debug", sidecar("worker", "log-level")),
    Case("dapr.sidecar.resources.requests.cpu", "2", sidecar("api", "sidecar-cpu-request")),
    Case("dapr.sidecar.resources.requests.memory", "2Gi", sidecar("api", "sidecar-memory-request")),
    Case("dapr.sidecar.resources.limits.cpu", "3", sidecar("worker", "sidecar-cpu-limit")),
    Case("dapr.sidecar.resources.limits.memory", "3Gi", sidecar("worker", "sidecar-memory-limit")),
    *of_processes("api"),
    Case("api.service.type", "LoadBalancer", "Service/durably-api spec type"),
    Case("api.service.port", 81, "Service/durably-api spec ports http port"),
    Case(
        "api.service.nodePort",
        30001,
        "Service/durably-api spec ports http nodePort",
        besides={"api.service.type": "NodePort"},
    ),
    Case("api.service.annotations", {"a": "b"}, "Service/durably-api metadata annotations"),
    Case("api.auth.mode", "none", env("api", "AUTH")),
    Case("api.auth.key", KEY, "Secret/durably-api-keys data key", base64.b64encode(KEY.encode()).decode()),
    Case("api.auth.existingSecret", "own", pod("api", "spec volumes api-keys secret secretName")),
    Case("api.auth.oidc.issuer", "https://i.example.org", env("api", "OIDC_ISSUER"), besides=OIDC),
    Case("api.auth.oidc.audience", "other", env("api", "OIDC_AUDIENCE"), besides=OIDC),
    Case("api.auth.oidc.jwksUrl", "https://i.example.org/keys", env("api", "OIDC_JWKS_URL"), besides=OIDC),
    Case("api.auth.oidc.nameClaim", "email", env("api", "OIDC_NAME_CLAIM"), besides=OIDC),
    Case("api.auth.oidc.rolesClaim", "groups", env("api", "OIDC_ROLES_CLAIM"), besides=OIDC),
    Case("api.auth.oidc.roles", {"staff": ["viewer"]}, env("api", "OIDC_ROLES"), '{"staff":["viewer"]}', OIDC),
    Case("api.rateLimit.perSecond", 0.5, env("api", "RATE_PER_S"), "0.5"),
    Case("api.rateLimit.burst", 7, env("api", "RATE_BURST"), "7"),
    Case("api.maxBodyBytes", 1000, env("api", "MAX_BODY_BYTES"), "1000"),
    Case("api.shutdownDelaySeconds", 9, env("api", "SHUTDOWN_DELAY_S"), "9"),
    Case("api.shutdownGraceSeconds", 99, env("api", "SHUTDOWN_GRACE_S"), "99"),
    *of_processes("worker"),
    Case("worker.shutdownGraceSeconds", 99, env("worker", "SHUTDOWN_GRACE_S"), "99"),
    Case("worker.preStopSeconds", 9, container("worker", "lifecycle preStop exec command"), ["sleep", "9"]),
    Case("worker.maxActivities", 7, env("worker", "MAX_ACTIVITIES"), "7"),
    Case("worker.censusIntervalSeconds", 0.5, env("worker", "CENSUS_INTERVAL_S"), "0.5"),
    Case("worker.stuckAfterSeconds", 60, env("worker", "STUCK_AFTER_S"), "60"),
    Case("worker.dispatchLostAfterSeconds", 90, env("worker", "DISPATCH_LOST_AFTER_S"), "90"),
    Case("worker.retentionSeconds", 31_536_000, env("worker", "RETENTION_S"), "31536000"),
    Case("worker.activityDelaySeconds", {"assign_task": 5}, env("worker", "ACTIVITY_DELAY_S"), '{"assign_task":5}'),
    Case("worker.keda.enabled", True, "Deployment/durably-worker spec replicas", None, besides=KEDA),
    Case("worker.keda.prometheusAddress", "http://p:1", f"{TRIGGER} serverAddress", besides=KEDA),
    Case("worker.keda.activitiesPerWorker", 7, f"{TRIGGER} threshold", "7", besides=KEDA),
    Case("worker.keda.minReplicas", 3, "ScaledObject/durably-worker spec minReplicaCount", besides=KEDA),
    Case("worker.keda.maxReplicas", 30, "ScaledObject/durably-worker spec maxReplicaCount", besides=KEDA),
    Case("worker.keda.cooldownSeconds", 60, SCALE_DOWN, besides=KEDA),
    *of_the_gate(),
    Case("stateStore.name", "histories", env("worker", "STATE_STORE")),
    Case("stateStore.type", "state.postgresql", "Component/statestore spec type", besides=NO_REDIS),
    Case("stateStore.version", "v2", "Component/statestore spec version"),
    Case("stateStore.metadata", [SECRET], f"{STORE} more", SECRET),
    Case("stateStore.redis.host", "r:1", f"{STORE} redisHost value", besides=NO_REDIS),
    Case("stateStore.redis.tls", True, f"{STORE} enableTLS value", "true", besides=NO_REDIS),
    Case("stateStore.redis.existingSecret", "own", f"{STORE} redisPassword secretKeyRef name", besides=NO_REDIS),
    Case("stateStore.redis.existingSecretKey", "own", f"{STORE} redisPassword secretKeyRef key", besides=OWN_SECRET),
    Case("redis.enabled", False, "StatefulSet/durably-redis", None, besides=NO_REDIS),
    Case("redis.image", "redis:8.2", container("redis", "image")),
    Case("redis.password", "secret", "Secret/durably-redis data password", "c2VjcmV0"),
    Case("redis.persistence.size", "1Gi", f"{VOLUME} resources requests storage"),
    Case("redis.persistence.storageClass", "fast", f"{VOLUME} storageClassName"),
    Case("redis.persistence.whenUninstalled", "Retain", f"{RETENTION} whenDeleted"),
    *of_pods("redis"),
    Case("notifications.name", "hooks", env("worker", "NOTIFICATION_BINDING")),
    Case("notifications.url", "https://example.org/hook", "Component/notifications spec metadata url value"),
    Case("notifications.metadata", [SECRET], "Component/notifications spec metadata more", SECRET),
    Case(
        "sandbox.extraVolumes",
        [{"name": "src", "emptyDir": {}}],
        "Deployment/durably-sandbox spec template spec volumes 1 name",
        "src",
    ),
    Case(
        "sandbox.extraVolumeMounts",
        [{"name": "src", "mountPath": "/src"}],
        "Deployment/durably-sandbox spec template spec containers 0 volumeMounts 1 name",
        "src",
    ),
    Case("sandbox.enabled", False, "Deployment/durably-sandbox", None, besides={"notifications.url": "https://a.b"}),
    *of_our_pods("sandbox"),
    Case("networkPolicy.enabled", False, "NetworkPolicy/durably-worker", None),
    Case("networkPolicy.apiFrom", [PEER], "NetworkPolicy/durably-api spec ingress 0 from 0", PEER),
    Case("networkPolicy.metricsFrom", [PEER], "NetworkPolicy/durably-worker spec ingress 1 from"),
    Case("tracing.samplingRate", 0.5, env("api", "TRACE_SAMPLING"), "0.5", besides=TRACING),
    Case("tracing.otlp.endpoint", "http://c:1", env("api", "OTLP_ENDPOINT")),
    Case("monitoring.podMonitors.enabled", True, "PodMonitor/durably-processes kind", "PodMonitor"),
    Case(
        "monitoring.podMonitors.interval",
        "5s",
        "PodMonitor/durably-sidecars spec podMetricsEndpoints 0 interval",
        besides=MONITORS,
    ),
    Case("monitoring.podMonitors.labels", {"a": "b"}, "PodMonitor/durably-sidecars metadata labels a", "b", MONITORS),
    Case("monitoring.rules.enabled", True, "PrometheusRule/durably kind", "PrometheusRule"),
    Case("monitoring.rules.labels", {"a": "b"}, "PrometheusRule/durably metadata labels a", "b", ALERTS),
    Case(
        "monitoring.rules.runbookBaseUrl",
        "https://example.org/run",
        f"{NO_WORKER} annotations runbook_url",
        "https://example.org/run#durablynoworker",
        ALERTS,
    ),
    Case("monitoring.rules.overrides", {"DurablyNoWorker": {"for": "9m"}}, f"{NO_WORKER} for", "9m", ALERTS),
    Case("monitoring.dashboards.enabled", True, "ConfigMap/durably-dashboard kind", "ConfigMap"),
    Case("monitoring.dashboards.labels", {"a": "b"}, "ConfigMap/durably-dashboard metadata labels a", "b", DASHBOARDS),
    Case("monitoring.dashboards.annotations", {"a": "b"}, f"{DASHBOARD} metadata annotations", besides=DASHBOARDS),
)

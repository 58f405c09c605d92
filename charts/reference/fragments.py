"""What values are made of, as JSON schemas."""

from typing import Any, Final, TypeAlias

Schema: TypeAlias = dict[str, Any]


def text(pattern: str) -> Schema:
    """Text of a certain form."""
    return {"type": "string", "pattern": pattern}


def words(*allowed: str) -> Schema:
    """One of a few words."""
    return {"type": "string", "enum": list(allowed)}


def whole(least: int, most: int | None = None) -> Schema:
    """A whole number in a range."""
    return {"type": "integer", "minimum": least} | ({} if most is None else {"maximum": most})


def record(required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    """An object that has these keys and no others; `for_` is `for`, which Python does not take."""
    known = {key.removesuffix("_"): value for key, value in properties.items()}
    found: Schema = {"type": "object", "additionalProperties": False, "properties": known}
    return found | ({"required": list(required)} if required else {})


def items(of: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": of}


def free(of: Schema) -> Schema:
    """An object whose keys are free."""
    return {"type": "object", "additionalProperties": of}


ANYTHING: Final[Schema] = {"type": "object"}
TEXT: Final[Schema] = {"type": "string"}
NAME: Final[Schema] = {"type": "string", "minLength": 1}
LABELS: Final[Schema] = free(TEXT)
_OUR_LABELS: Final = (
    *(f"app.kubernetes.io/{name}" for name in ("name", "instance", "component", "version", "part-of", "managed-by")),
    "helm.sh/chart",
)
_OUR_ANNOTATIONS: Final = (
    "kubectl.kubernetes.io/default-container",
    *(f"dapr.io/{name}" for name in ("enabled", "app-id", "app-port", "app-protocol", "config")),
    *(f"dapr.io/{name}" for name in ("enable-app-health-check", "app-health-check-path", "app-health-threshold")),
    *(f"dapr.io/app-health-probe-{name}" for name in ("interval", "timeout")),
    *(f"dapr.io/{name}" for name in ("log-level", "log-as-json", "enable-metrics", "metrics-port")),
    *(f"dapr.io/{name}" for name in ("enable-native-sidecar", "block-shutdown-duration", "graceful-shutdown-seconds")),
    *(f"dapr.io/{name}" for name in ("sidecar-seccomp-profile-type", "disable-builtin-k8s-secret-store")),
    *(f"dapr.io/sidecar-{name}" for name in ("cpu-request", "memory-request", "cpu-limit", "memory-limit")),
    *(f"dapr.io/sidecar-liveness-probe-{name}" for name in ("delay-seconds", "threshold")),
)
# A second key of the same name would be no valid YAML. As `propertyNames`, Helm would name another key in its message.
COMMON_LABELS: Final[Schema] = LABELS | {"properties": dict.fromkeys(_OUR_LABELS, False)}
POD_ANNOTATIONS: Final[Schema] = LABELS | {"properties": dict.fromkeys(_OUR_ANNOTATIONS, False)}
_QUANTITY: Final = r"[0-9]+(\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi|T|Ti)?"
QUANTITY: Final[Schema] = {"type": ["string", "number"], "pattern": f"^{_QUANTITY}$"}
OPTIONAL_QUANTITY: Final[Schema] = {"type": ["string", "number"], "pattern": f"^({_QUANTITY})?$"}
RESOURCES: Final[Schema] = record() | {
    "patternProperties": {r"^(cpu|memory|ephemeral-storage|hugepages-.+|.+/.+)$": QUANTITY}
}
APP_ID: Final = text("^[a-z0-9]([a-z0-9-]{0,56}[a-z0-9])?$")
"""A DNS label, with room for Dapr's suffix: it names a Service after it."""
URL: Final = text(r"^(https?://[^\s]+)?$")
HTTPS: Final[Schema] = text(r"^(https://[^\s]+)?$")
LEVEL: Final = words("DEBUG", "INFO", "WARNING", "ERROR")
PORT: Final = whole(1, 65_535)
OPTIONAL_PORT: Final = PORT | {"type": ["integer", "null"]}
AWAY: Final[Schema] = {"type": ["integer", "string"], "minimum": 0, "pattern": "^[0-9]+%$"}
"""A number or a percentage; a keyword of JSON schema speaks only of the type that it fits."""

SELECTOR: Final = record(matchLabels=LABELS, matchExpressions=items(ANYTHING))
PEERS: Final = items(record(podSelector=SELECTOR, namespaceSelector=SELECTOR, ipBlock=ANYTHING))
TOLERATIONS: Final = items(
    record(
        key=TEXT,
        operator=words("Exists", "Equal", "Lt", "Gt"),
        value=TEXT,
        effect=words("NoSchedule", "PreferNoSchedule", "NoExecute"),
        tolerationSeconds={"type": "integer"},
    )
)
SPREAD: Final = items(
    record(
        ("maxSkew", "topologyKey", "whenUnsatisfiable"),
        maxSkew=whole(1),
        minDomains=whole(1),
        topologyKey=NAME,
        whenUnsatisfiable=words("DoNotSchedule", "ScheduleAnyway"),
        labelSelector=SELECTOR,
        matchLabelKeys=items(TEXT),
        nodeAffinityPolicy=words("Honor", "Ignore"),
        nodeTaintsPolicy=words("Honor", "Ignore"),
    )
)
_SECRET_KEY: Final = record(("name", "key"), name=NAME, key=NAME)
COMPONENT_METADATA: Final = items(
    record(("name",), name=NAME, value={}, secretKeyRef=_SECRET_KEY, envRef=NAME),
)
MOUNTED: Final = items({"type": "object", "required": ["name"], "properties": {"name": NAME}})

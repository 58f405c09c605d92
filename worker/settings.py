from typing import Annotated, Literal

from pydantic import AliasChoices, AnyHttpUrl, BeforeValidator, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from worker.heartbeat.settings import HeartbeatSettings

Port = Annotated[int, Field(ge=1, le=65_535)]
Delays = dict[str, Annotated[float, Field(ge=0, le=3_600)]]


class WorkerSettings(HeartbeatSettings):
    """What a worker can be told; each field is one environment variable.

    The control API always listens on loopback: where it listens is not a setting.
    """

    model_config = SettingsConfigDict(
        env_prefix="DURABLY_WORKER_",
        env_ignore_empty=True,
        populate_by_name=True,
        frozen=True,
        hide_input_in_errors=True,
    )

    packages: str = Field(
        default="",
        description="Names of the packages of workflows that are run, separated by commas; empty for all that are"
        " installed. The built-in ones are `tasks`, `orders` and `applications`.",
    )
    sidecar_grpc_host: str = Field(
        default="127.0.0.1", description="Where the sidecar, or the embedded engine, listens."
    )
    sidecar_grpc_port: Port = Field(
        default=50_001,
        validation_alias=AliasChoices("DURABLY_WORKER_SIDECAR_GRPC_PORT", "DAPR_GRPC_PORT"),
        description="Its gRPC port. The Dapr injector sets the second name.",
    )
    sidecar_http_port: Port | None = Field(
        default=None,
        validation_alias=AliasChoices("DURABLY_WORKER_SIDECAR_HTTP_PORT", "DAPR_HTTP_PORT"),
        description="The sidecar's HTTP port, which the watchdog asks; unset: no watchdog. The Dapr injector sets the"
        " second name; the embedded engine has none.",
    )
    sidecar_locked_after_s: float = Field(
        default=15,
        gt=0,
        le=3_600,
        description="Seconds that the sidecar may say that no worker is connected, while the work stream is open, until"
        " the watchdog takes it for locked up.",
    )
    sidecar_restart: bool = Field(
        default=True,
        description="Whether the watchdog then asks the sidecar to end, so that the platform starts it again; "
        "if not, /readyz only says it.",
    )
    sidecar_api_token: SecretStr | None = Field(
        default=None,
        validation_alias="DAPR_API_TOKEN",
        description="The token that the sidecar asks for, if it does. The Dapr injector sets it; the SDK reads it too.",
    )
    control_port: Port = Field(default=8_081, description="Port of the control API, on loopback always.")
    probe_host: str = Field(
        default="127.0.0.1", description="Where /livez, /readyz and /metrics listen; 0.0.0.0 in a pod."
    )
    probe_port: Port = Field(default=8_082, description="Their port.")
    state_store: str = Field(default="statestore", min_length=1, description="Name of the Dapr state store component.")
    notification_binding: str = Field(
        default="notifications",
        min_length=1,
        description="Name of the Dapr output binding that notifications go through.",
    )
    shutdown_grace_s: float = Field(
        default=25, ge=0, le=3_600, description="Seconds that activities in flight get to finish after SIGTERM."
    )
    max_activities: int | None = Field(
        default=None, ge=1, description="Activities that may run at once; by default 100 for each core."
    )
    engine_timeout_s: float = Field(
        default=3, gt=0, le=60, description="Seconds after which a call that the engine does not answer is given up."
    )
    liveness_stream_s: float = Field(
        default=60,
        gt=0,
        le=86_400,
        description="Seconds without a work stream, while the sidecar answers, after which /livez asks for a restart.",
    )
    census_interval_s: float = Field(
        default=30,
        ge=0,
        le=86_400,
        description="Seconds between two counts of instances, which fill `durably_instances` and mend the index that"
        " lists come from; 0 for never.",
    )
    stuck_after_s: float = Field(
        default=900,
        gt=0,
        description="Seconds without any progress after which an instance counts in `durably_instances_stuck`.",
    )
    retention_s: float = Field(
        default=2_592_000,
        ge=0,
        le=3_153_600_000,
        description="Seconds for which an instance is kept after it has ended, then it is purged with its children;"
        " 0 for ever. 30 days by default.",
    )
    retention_interval_s: float = Field(
        default=60, gt=0, le=86_400, description="Seconds between two looks for what is to be purged."
    )
    activity_delay_s: Delays = Field(
        default_factory=dict,
        description="Fault injection: seconds by activity name that each execution takes longer, as JSON, such as"
        ' `{"assign_task": 2.0}`; half of them pass before the effect and half after it.',
    )
    otlp_endpoint: AnyHttpUrl | None = Field(
        default=None,
        validation_alias=AliasChoices("DURABLY_WORKER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"),
        description="Where spans are sent: a collector's OTLP gRPC address with its port, such as `http://collector:4317`."
        " Unset: no tracing.",
    )
    log_format: Literal["auto", "json", "console"] = Field(
        default="auto", description="Form of the log; auto is console on a terminal and json elsewhere."
    )
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(str.upper)] = Field(
        default="INFO", description="Lowest level that is logged."
    )

    @property
    def token(self) -> str | None:
        """The sidecar's API token in plain text, for the connection alone."""
        return self.sidecar_api_token.get_secret_value() if self.sidecar_api_token else None

from typing import Annotated, Literal

from pydantic import AliasChoices, AnyHttpUrl, BeforeValidator, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from api.security.settings import AccessSettings


class ApiSettings(AccessSettings):
    """What the API can be told; each field is one environment variable."""

    model_config = SettingsConfigDict(
        env_prefix="DURABLY_API_",
        env_ignore_empty=True,
        populate_by_name=True,
        frozen=True,
        hide_input_in_errors=True,
    )

    control_url: AnyHttpUrl = Field(
        default=AnyHttpUrl("http://127.0.0.1:8081"),
        description="Where the worker's control API answers: the worker itself, or with Dapr this pod's own sidecar.",
    )
    worker_app_id: str | None = Field(
        default=None,
        description="The worker's Dapr app-id, which makes `control_url` a sidecar's. Unset: no sidecar in between.",
    )
    sidecar_api_token: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("DURABLY_API_SIDECAR_API_TOKEN", "DAPR_API_TOKEN"),
        description="The token that the sidecar asks for, if it does. The Dapr injector sets the second name.",
    )
    control_timeout_s: float = Field(
        default=4.0,
        gt=0,
        le=4.5,
        description="Seconds without any sign of a worker until a request is given up with a 503.",
    )
    control_patience_s: float = Field(
        default=12,
        gt=0,
        le=60,
        description="Seconds until a request is given up that a worker took and does not answer, though it answers"
        " others; a long poll adds its wait.",
    )
    pod_namespace: str | None = Field(
        default=None,
        validation_alias="POD_NAMESPACE",
        description="This pod's namespace, so that a diagnosis can say where to look. The chart sets it.",
    )
    max_body_bytes: int = Field(
        default=262_144, ge=1, le=524_288, description="The largest request body that is taken, in bytes."
    )
    shutdown_delay_s: float = Field(
        default=0,
        ge=0,
        le=3_600,
        description="Seconds after SIGTERM in which connections are still accepted while `/readyz` says 503, "
        "so that load balancers notice before the port closes.",
    )
    shutdown_grace_s: float = Field(
        default=10,
        ge=1,
        le=3_600,
        description="Seconds, after the delay, that running requests have to finish; long polls that would take longer "
        "are answered with a 503.",
    )
    otlp_endpoint: AnyHttpUrl | None = Field(
        default=None,
        validation_alias=AliasChoices("DURABLY_API_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"),
        description="Where spans are sent: a collector's OTLP gRPC address with its port, such as `http://collector:4317`."
        " Unset: no tracing.",
    )
    trace_sampling: float = Field(
        default=1.0,
        ge=0,
        le=1,
        description="The part of requests that are traced, from 0 to 1, where the caller has not decided that already.",
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

from pydantic import Field
from pydantic_settings import BaseSettings


class HeartbeatSettings(BaseSettings):
    """What a worker says of itself, and how it is found out that nobody works on something."""

    heartbeat_interval_s: float = Field(
        default=3,
        gt=0,
        le=60,
        description="Seconds between two looks at what this worker tells the others of itself; it is written if it has"
        " changed, else every second time. Five of them without a word, and the others take the worker for gone.",
    )
    dispatch_lost_after_s: float = Field(
        default=60,
        gt=0,
        le=86_400,
        description="Seconds after which what is scheduled, and nobody has begun, counts as lost in a diagnosis,"
        " unless workers have no free place.",
    )
    code_version: str = Field(
        default="",
        max_length=200,
        description="The version of the code that this worker runs; empty for Durably's own.",
    )
    pod_name: str | None = Field(
        default=None,
        validation_alias="POD_NAME",
        description="This pod's name, so that a diagnosis can name it. The chart sets it.",
    )
    pod_namespace: str | None = Field(
        default=None, validation_alias="POD_NAMESPACE", description="Its namespace. The chart sets it."
    )

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """The base of everything that crosses a process boundary: immutable, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

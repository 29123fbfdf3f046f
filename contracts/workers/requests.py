"""Request bodies about workers and queues."""

from pydantic import Field

from contracts.people.requests import Serves, WorkerName
from contracts.requests import Body
from contracts.storable import Json


class RateChange(Body):
    """Hand-outs per second across all workers; null takes the cap away."""

    per_second: float | None = Field(ge=0.001, le=1_000, allow_inf_nan=False)


class WorkerRegistration(Body):
    name: WorkerName
    capabilities: list[str] = Field(min_length=1, max_length=100)
    max_concurrency: int = Field(default=2, ge=1, le=1_000)
    serves: Serves = None
    metadata: Json = Field(default_factory=dict)
    key_expires_in: int | None = Field(
        default=None, ge=60, le=315_360_000, description="Seconds until the key ends; null: never"
    )

"""Headers of the request for a worker's grant: key, version, slots."""

from contracts.names import SLOTS_HEADER, VERSION_HEADER
from runtime.version import installed_version


def bootstrap_headers(api_key: str, concurrency: int | None) -> dict[str, str]:
    """The headers of that request; ``concurrency`` None: as many tasks at once as it is registered for."""
    said = {"X-Worker-Key": api_key, VERSION_HEADER: installed_version()}
    return said | ({SLOTS_HEADER: str(concurrency)} if concurrency else {})

"""`python -m api.main`: the API process."""

import uvicorn

from api.app import create_app
from contracts.settings import ServerSettings
from runtime.logs import set_up_logging


def main() -> None:
    set_up_logging()
    settings = ServerSettings()
    uvicorn.run(
        create_app(settings),
        host=settings.api_host,
        port=settings.api_port,
        log_level="warning",
        access_log=False,
        # Open event streams must not hold up a restart.
        timeout_graceful_shutdown=3,
    )


if __name__ == "__main__":
    main()

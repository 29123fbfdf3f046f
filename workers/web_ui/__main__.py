"""`python -m workers.web_ui --port 8233 --behind 127.0.0.1:6665`: the Temporal Web UI for people, until interrupted."""

import argparse

import uvicorn

from runtime.http_server import run_server
from workers.web_ui.guard import Guard
from workers.web_ui.proxy import create_app


def main(argv: list[str] | None = None) -> None:
    """Parse the arguments and serve."""
    options = _parser().parse_args(argv)
    at_home = [f"http://{name}:{options.port}" for name in ("127.0.0.1", "localhost")]
    app = create_app(options.behind, Guard([*at_home, *options.origin]))
    config = uvicorn.Config(
        app,
        host=options.host,
        port=options.port,
        access_log=False,
        log_level="warning",
        ws="none",
        lifespan="off",
        # Those of the real one get through.
        date_header=False,
        server_header=False,
        # A long poll of an open page ends when it is cut.
        timeout_graceful_shutdown=1,
    )
    run_server(config)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="workers.web_ui", description="The Temporal Web UI, for its own pages only.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8233)
    parser.add_argument("--behind", required=True, metavar="HOST:PORT", help="where the real Web UI listens")
    parser.add_argument(
        "--origin", action="append", default=[], help="a further address at which people open it, e.g. that of a proxy"
    )
    return parser


if __name__ == "__main__":
    main()

"""The part of the facade that knows the watchlist and the ranking, and of alerts how they are named."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.cli.facade import Refusal

AT = "2026-03-01T08:00:00Z"


def ticker(symbol: str, **fields: Any) -> dict[str, Any]:
    """As GET /tickers shows it."""
    return {
        "ticker": symbol, "name": None, "tracked": True, "watchers": 0, "earnings_date": None, "score": None,
        "score_before": None, "score_changed_at": None, "added_by": "human:tester", "added_at": AT,
        "changed_by": "human:tester", "changed_at": AT, "signals": {}, **fields,
    }  # fmt: skip


def need(symbol: str, **fields: Any) -> dict[str, Any]:
    """As GET /agent/ranking shows it."""
    return {
        "ticker": symbol, "source": "reddit", "task_type": "reddit_crawl", "score": 41.26, "due": True,
        "in_hand": False, "age_hours": 30, "target_hours": 24, "interval_hours": 20, "last_attempt_at": None,
        "last_error": None, "parts": [], "why": f"{symbol} is old.", **fields,
    }  # fmt: skip


def _put(_: Any, request: Request, body: Any) -> Response:
    return JSONResponse(ticker(request.path_params["ticker"].upper(), **body))


def _unknown(*_: Any) -> Response:
    raise Refusal(404, "There is no such thing.")


def routes(noted: Callable[[Any], Any]) -> list[Route]:
    """For the facade, which notes what it is asked."""
    return [
        Route("/tickers", noted(lambda facade, *_: facade.watchlist)),
        Route("/tickers/trending", noted(lambda facade, *_: facade.trending)),
        Route("/tickers/import", noted(lambda *_: {"added": 1, "changed": 2, "unchanged": 3}), methods=["POST"]),
        Route("/tickers/{ticker}", noted(_put), methods=["PUT"]),
        Route("/tickers/{ticker}", noted(lambda *_: Response(status_code=204)), methods=["DELETE"]),
        Route("/tickers/{ticker}", noted(lambda _, request, __: ticker(request.path_params["ticker"]))),
        Route("/alerts/rules/{name}/mute", noted(_unknown), methods=["POST"]),
        Route("/notifications/{id}/mute", noted(_unknown), methods=["POST"]),
        Route("/agent/ranking", noted(lambda facade, *_: facade.ranking)),
    ]

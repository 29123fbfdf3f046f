"""Routes of the agent's ranking: needs with reasons, and with other weights to try."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, ValidationError

from api.security.principal import Reader
from api.state import Services
from contracts.agent.ranking import RankingWeights
from contracts.mistakes import in_words
from contracts.params.common import Ticker
from contracts.records.ticker_views import RankingView
from contracts.storable import Text
from services.agent.ranking import Wanted, gather, ranking
from services.errors import BadInput

router = APIRouter(prefix="/agent", tags=["agent"])


_Weight = Annotated[float | None, Field(description="Weight from 0; default: from the settings")]


class RankingQuery(BaseModel):
    """Filters, and weights to try."""

    model_config = {"extra": "forbid"}

    limit: int = Field(default=50, ge=1, le=1_000)
    ticker: Ticker | None = None
    source: Text | None = Field(default=None, max_length=50, description="reddit, twitter, news, sec, sentiment …")
    due: bool | None = Field(default=None, description="Only needs whose interval is over, or only others")
    staleness: _Weight = None
    watchers: _Weight = None
    trend: _Weight = None
    earnings: _Weight = None
    score_change: _Weight = None
    past_yield: _Weight = None
    cost: _Weight = None


@router.get("/ranking", summary="Rank the needs of watched tickers, with reasons; no task is created")
async def get_ranking(query: Annotated[RankingQuery, Query()], _: Reader, state: Services) -> RankingView:
    weights, targets = _weights(query, state.settings.weights), state.settings.targets
    if query.source is not None and query.source not in targets:
        known = ", ".join(targets) or "none, all of them are off"
        raise BadInput(f"'{query.source}' is no source that is kept fresh. Use {known}.", [("source", f"use {known}")])
    wanted = Wanted(query.limit, query.ticker, query.source, query.due)
    async with state.database.transaction(snapshot=True) as connection:
        known_now = await gather(connection, wanted)
    return await ranking(known_now, wanted, weights, targets)


def _weights(query: RankingQuery, usual: RankingWeights) -> RankingWeights:
    given = query.model_dump(include=set(RankingWeights.model_fields), exclude_none=True)
    try:
        return RankingWeights.model_validate({**usual.model_dump(), **given})
    except ValidationError as error:
        mistakes = [(".".join(map(str, each["loc"])) or "weights", in_words(each)) for each in error.errors()]
        raise BadInput("; ".join(f"{where}: {what}" for where, what in mistakes), mistakes) from None

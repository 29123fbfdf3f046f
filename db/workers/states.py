"""The state of every worker, as one query over what is known of it, and the statements that need it.

Silence is measured against the gateway's own writing (`service_beats`), not against the clock: while the gateway or
Postgres is away, or has just come back, nobody is called offline because nobody wrote that they are there.
"""

from sqlalchemy import TextClause

from contracts.workers.states import DEAF_AFTER_LOST, DEAF_AFTER_MISSES
from db.statements import load

#: A worker that was not seen for this long is offline. The gateway writes its presence every 4 s.
ONLINE_SECONDS = 15
#: Without a gateway for this long, no worker can be reached: all are offline.
GATEWAY_SECONDS = 60

_SQL = load(__file__)


def _bound(name: str) -> TextClause:
    """With what is known of a worker in it (id, state, current_tasks, deaf_because, offline_because)."""
    return _SQL[name].bindparams(
        deaf_lost=DEAF_AFTER_LOST,
        deaf_misses=DEAF_AFTER_MISSES,
        online_seconds=ONLINE_SECONDS,
        gateway_seconds=GATEWAY_SECONDS,
    )


CHANGES = _bound("changes")
WORKERS = _bound("list_workers")
OFFERING = _bound("offering")
PAUSED_WORKER = _bound("paused_worker")
WAITING = _bound("waiting")

"""Tells what Postgres will never take from a Postgres that is away, or cannot right now."""

import psycopg
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InternalError

from db.session import Unstorable

#: SQLSTATE classes: invalid_transaction_state, such as a Postgres that is read-only, and internal_error, such as a
#: damaged index; program_limit_exceeded, such as a value that is too large for its index, and plpgsql_error, which a
#: trigger raises.
_FOR_NOW, _ALWAYS = ("25", "XX"), ("54", "P0")
#: Before Postgres has seen it: what somebody reported is not what we make of it.
OF_OURS = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
#: The types of those that `is_refusal` may say yes to.
REFUSALS = (DataError, IntegrityError, InternalError, *OF_OURS)


def is_refusal(error: BaseException) -> bool:
    """Whether it is about what was to be written, so that the same would be refused again."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, OF_OURS)
    if error.connection_invalidated:
        return False
    state = _state(error)
    if state.startswith(_ALWAYS):
        return True
    return isinstance(error, DataError | IntegrityError | InternalError) and not state.startswith(_FOR_NOW)


def refusal_in(error: BaseException) -> BaseException | None:
    """The same of what `db.session.Database` makes of it: the refusal, if it is one."""
    cause = error.__cause__ if isinstance(error, Unstorable) and error.__cause__ is not None else error
    return cause if isinstance(error, Unstorable) or is_refusal(cause) else None


def why_refused(error: BaseException) -> str:
    """In a few words, without the value."""
    original = error.orig if isinstance(error, DBAPIError) else None
    said = original.diag.message_primary if isinstance(original, psycopg.Error) else None
    return said or f"{type(error).__name__}, see the log of core"


def _state(error: DBAPIError) -> str:
    return (error.orig.sqlstate or "") if isinstance(error.orig, psycopg.Error) else ""

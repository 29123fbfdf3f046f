"""Databases of their own on the shared Postgres: copies of one that was migrated once."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from tests.support.servers import Servers


def clone(servers: Servers, name: str) -> str:
    """A new database with all tables and no rows; its address."""
    template = sql.Identifier(make_url(servers.template_url).database or "")
    _run(servers, sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), template))
    return address(servers, name)


@contextmanager
def cloned(servers: Servers) -> Iterator[str]:
    """The address of such a database with a name of its own, until the block ends."""
    name = f"clone-{uuid.uuid4().hex[:12]}"
    try:
        yield clone(servers, name)
    finally:
        drop(servers, name)


@contextmanager
def empty(servers: Servers) -> Iterator[str]:
    """The address of a database without tables, until the block ends."""
    name = f"empty-{uuid.uuid4().hex[:12]}"
    _run(servers, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield address(servers, name)
    finally:
        drop(servers, name)


def drop(servers: Servers, name: str) -> None:
    """Whoever is still connected is disconnected."""
    _run(servers, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def address(servers: Servers, name: str) -> str:
    return make_url(servers.template_url).set(database=name).render_as_string(hide_password=False)


def _run(servers: Servers, statement: sql.Composed) -> None:
    # Not the template: it cannot be copied while somebody is connected to it.
    with psycopg.connect(address(servers, "postgres"), autocommit=True) as connection:
        connection.execute(statement)

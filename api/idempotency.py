"""Reads the `Idempotency-Key` header for routes. Repeated requests are recognised in services/tasks/idempotency.py."""

from typing import Annotated

from fastapi import Header

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"\S",
        description="Any unique text; the same request sent again with it is carried out once",
    ),
]

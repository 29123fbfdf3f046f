"""Options that several figures share."""

from typing import Annotated

import typer

Days = Annotated[int, typer.Option(min=1, max=366, help="Today is the last of them; days are those of UTC.")]
FreshHours = Annotated[int, typer.Option(min=1, max=8_760, help="Data that is older than this is stale.")]

"""Request bodies of the agent's routes."""

from pydantic import Field

from contracts.agent.budget import MOST_LIMITS
from contracts.agent.policy import BudgetLimit
from contracts.requests import Body


class BudgetChange(Body):
    """The whole budget: limits that are left out are gone. One must limit the tasks of everything."""

    limits: list[BudgetLimit] = Field(
        min_length=1,
        max_length=MOST_LIMITS,
        examples=[[{"scope": "all", "unit": "tasks", "most": 60, "window": "hour"}]],
    )

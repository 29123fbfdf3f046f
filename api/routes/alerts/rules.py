"""Routes of alert rules and channels: read, write, mute, test."""

from fastapi import APIRouter

from api.audit import audit
from api.security.principal import Admin, Operator, Reader
from api.state import Services
from contracts.alerts.requests import Mute
from contracts.alerts.rules import RuleBody
from contracts.alerts.views import ChannelsView, ChannelView, RulesView, RuleView, TestView
from db.alerts.rules import delete_rule, mute_rule, put_rule
from services.alerts import rules as service

router = APIRouter(tags=["alerts"])


@router.get("/alerts/rules", summary="List the alert rules")
async def get_rules(_: Reader, state: Services) -> RulesView:
    async with state.database.transaction() as connection:
        return await service.rule_views(connection)


@router.get("/alerts/rules/{name}", summary="Show an alert rule")
async def get_rule(name: str, _: Reader, state: Services) -> RuleView:
    async with state.database.transaction() as connection:
        return await service.rule_view(connection, name)


@router.put("/alerts/rules/{name}", summary="Write an alert rule; fields left out get their defaults")
async def put(name: str, body: RuleBody, caller: Admin, state: Services) -> RuleView:
    rule = service.checked_rule(name, body, state.channels)
    async with state.database.transaction() as connection:
        await audit(connection, caller, "alert_rule.put", name, **rule.body)
        await put_rule(connection, rule, caller.label)
        return await service.rule_view(connection, name)


@router.delete("/alerts/rules/{name}", status_code=204, summary="Delete an alert rule that the API wrote")
async def delete(name: str, caller: Admin, state: Services) -> None:
    """A shipped rule, or one of the file, that the API has changed is as it was again when core starts next."""
    async with state.database.transaction() as connection:
        await service.must_be_there(connection, name)
        if not await delete_rule(connection, name):
            raise service.RuleIsShipped
        await audit(connection, caller, "alert_rule.delete", name)


@router.post("/alerts/rules/{name}/mute", summary="Mute an alert rule for a while")
async def mute(name: str, body: Mute, caller: Operator, state: Services) -> RuleView:
    async with state.database.transaction() as connection:
        if not await mute_rule(connection, name, body.until, caller.label):
            raise service.RuleNotFound
        await audit(connection, caller, "alert_rule.mute", name, seconds=body.seconds)
        return await service.rule_view(connection, name)


@router.delete("/alerts/rules/{name}/mute", summary="End the mute of an alert rule")
async def unmute(name: str, caller: Operator, state: Services) -> RuleView:
    async with state.database.transaction() as connection:
        if not await mute_rule(connection, name, None, caller.label):
            raise service.RuleNotFound
        await audit(connection, caller, "alert_rule.unmute", name)
        return await service.rule_view(connection, name)


@router.post("/alerts/rules/{name}/test", status_code=202, summary="Send a test message to the channels of a rule")
async def test_rule(name: str, caller: Operator, state: Services) -> TestView:
    async with state.database.transaction() as connection:
        rule = (await service.rule_view(connection, name)).rule
        await audit(connection, caller, "alert_rule.test", name)
        return await service.try_rule(connection, rule, state.channels, caller.label)


@router.get("/channels", summary="List the channels of notifications, by name")
async def get_channels(_: Reader, state: Services) -> ChannelsView:
    return ChannelsView(
        channels=[
            ChannelView(name=name, service=each.service, quiet=each.quiet) for name, each in state.channels.items()
        ]
    )


@router.post("/channels/{name}/test", status_code=202, summary="Send a test message to a channel")
async def test_channel(name: str, caller: Operator, state: Services) -> TestView:
    if name not in state.channels:
        raise service.ChannelNotFound
    async with state.database.transaction() as connection:
        await audit(connection, caller, "channel.test", name)
        return await service.try_channel(connection, name, caller.label)

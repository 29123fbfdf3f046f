"""Routes of notifications: the in-app list, deliveries to channels, mutes, the digest."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from alerts.digest import body as digest_body
from alerts.digest import title as digest_title
from api.audit import audit
from api.security.principal import Operator, Reader
from api.state import Services
from contracts.alerts.messages import Period
from contracts.alerts.requests import MarkRead, Mute
from contracts.alerts.views import DeliveriesView, DeliveryView, DigestView, NotificationsPage, NotificationView
from contracts.storable import Text
from db.alerts.deliveries import deliveries_of
from db.alerts.notifications import get_notification, list_notifications, mark_read, mute_notification, unread_count
from services.alerts.digests import gather_digest
from services.alerts.rules import NotificationNotFound

router = APIRouter(tags=["notifications"])

NotificationId = Annotated[int, Path(ge=1, lt=2**63)]


class NotificationsQuery(BaseModel):
    """Filters; every one that is given must match."""

    model_config = {"extra": "forbid"}

    state: Literal["firing", "recovered", "told"] | None = None
    kind: Text | None = Field(default=None, max_length=50, description="The kind of a rule, or test, or digest")
    rule: Text | None = Field(default=None, max_length=64)
    unread: bool = Field(default=False, description="Only notifications that you have not read")
    after: int | None = Field(default=None, ge=1, lt=2**63, description="The `next` of the page before")
    limit: int = Field(default=50, ge=1, le=500)


@router.get("/notifications", summary="List notifications of the app, the newest first")
async def get_notifications(
    query: Annotated[NotificationsQuery, Query()], caller: Reader, state: Services
) -> NotificationsPage:
    async with state.database.transaction() as connection:
        rows = await list_notifications(
            connection, caller.label, before=query.after, limit=query.limit + 1, unread=query.unread,
            state=query.state, kind=query.kind, rule=query.rule,
        )  # fmt: skip
        unread = await unread_count(connection, caller.label)
    shown = [NotificationView.model_validate(dict(row)) for row in rows[: query.limit]]
    more = len(rows) > query.limit
    return NotificationsPage(notifications=shown, unread=unread, next=shown[-1].id if more else None)


@router.post("/notifications/read", status_code=204, summary="Mark notifications as read")
async def read(body: MarkRead, caller: Reader, state: Services) -> None:
    async with state.database.transaction() as connection:
        await mark_read(connection, caller.label, body.ids or (), body.up_to)


@router.get("/notifications/{notification_id}", summary="Show a notification")
async def get_one(notification_id: NotificationId, caller: Reader, state: Services) -> NotificationView:
    async with state.database.transaction() as connection:
        row = await get_notification(connection, notification_id, caller.label)
    if row is None:
        raise NotificationNotFound
    return NotificationView.model_validate(dict(row))


@router.get(
    "/notifications/{notification_id}/deliveries",
    summary="List the messages of a notification to channels, with every try",
)
async def get_deliveries(notification_id: NotificationId, caller: Reader, state: Services) -> DeliveriesView:
    async with state.database.transaction() as connection:
        if await get_notification(connection, notification_id, caller.label) is None:
            raise NotificationNotFound
        rows = await deliveries_of(connection, notification_id)
    return DeliveriesView(deliveries=[DeliveryView.model_validate(dict(row)) for row in rows])


@router.post("/notifications/{notification_id}/mute", summary="Mute a notification for a while")
async def mute(notification_id: NotificationId, body: Mute, caller: Operator, state: Services) -> NotificationView:
    async with state.database.transaction() as connection:
        if not await mute_notification(connection, notification_id, body.until, caller.label):
            raise NotificationNotFound
        await audit(connection, caller, "notification.mute", str(notification_id), seconds=body.seconds)
        row = await get_notification(connection, notification_id, caller.label)
    return NotificationView.model_validate(dict(row or {}))


@router.delete("/notifications/{notification_id}/mute", summary="End the mute of a notification")
async def unmute(notification_id: NotificationId, caller: Operator, state: Services) -> NotificationView:
    async with state.database.transaction() as connection:
        if not await mute_notification(connection, notification_id, None, caller.label):
            raise NotificationNotFound
        await audit(connection, caller, "notification.unmute", str(notification_id))
        row = await get_notification(connection, notification_id, caller.label)
    return NotificationView.model_validate(dict(row or {}))


@router.get("/digests/preview", summary="Preview the digest as it would be sent now")
async def preview(_: Reader, state: Services, period: Period = Period.DAILY) -> DigestView:
    async with state.database.transaction(snapshot=True) as connection:
        data = await gather_digest(connection, state.settings, period, datetime.now(UTC))
    return DigestView(title=digest_title(data), body=digest_body(data, state.settings.digest_timezone), data=data)

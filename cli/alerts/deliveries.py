"""What became of the messages to channels, as a table."""

from collections.abc import Sequence

from cli.listing import listing
from cli.output import say, screen
from cli.text import clock, one_line
from contracts.alerts.views import DeliveryView


def tell_deliveries(deliveries: Sequence[DeliveryView]) -> None:
    if not deliveries:
        say("No channel gets it, so it is in the in-app list only.")
        return
    table = listing("CHANNEL", "KIND", "STATE", ">TRIES", "SENT", "LAST ERROR", wraps=("LAST ERROR",), spare=("KIND",))
    for each in deliveries:
        error = each.tries[-1].error if each.tries else None
        sent = clock(each.sent_at) if each.sent_at else ""
        words = (each.channel, each.kind, each.state)
        table.add_row(*(one_line(word) for word in words), str(each.attempts), sent, one_line(error or ""))
    screen().print(table)

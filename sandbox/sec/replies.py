"""Refusals in the SEC's shapes: HTML pages, not JSON."""

from starlette.responses import HTMLResponse, Response

_PAGE = """<!DOCTYPE html>
<html><head><title>SEC.gov | {title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>
"""
_TEXTS = {
    403: (
        "Your Request Originates from an Undeclared Automated Tool",
        "Please declare your traffic by updating your user agent to include company specific information.",
    ),
    404: ("File Not Found Error Alert (404)", "The requested file or directory does not exist."),
    429: (
        "Request Rate Threshold Exceeded",
        "Current guidelines limit each user to a total of no more than 10 requests per second.",
    ),
}
_OTHER = ("Service Unavailable", "SEC.gov is undergoing maintenance.")


def error(status: int, *, retry_after: float | None = None) -> Response:
    """The SEC's error page."""
    title, text = _TEXTS.get(status, _OTHER)
    headers = {} if retry_after is None else {"retry-after": f"{retry_after:g}"}
    return HTMLResponse(_PAGE.format(title=title, text=text), status_code=status, headers=headers)

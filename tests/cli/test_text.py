"""Words and streams: what is shown, and how events are cut out of what arrives."""

from datetime import UTC, datetime, timedelta

import pytest

from cli.sse import ServerSentEvent, read_events
from cli.text import ago, one_line, plain, safe, span

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-1, "0 ms"), (0.019, "19 ms"), (1.5, "1.5 s"), (61, "1 min 1 s"), (3_600, "1 h"), (93_600, "1 d 2 h")],
)
def test_spans(seconds: float, words: str) -> None:
    assert span(seconds) == words


@pytest.mark.parametrize(("seconds", "words"), [(0, "now"), (59, "59 s ago"), (7_300, "2 h ago"), (-90, "in 1 min")])
def test_moments(seconds: float, words: str) -> None:
    assert ago(NOW - timedelta(seconds=seconds), NOW) == words


def test_only_what_steers_a_terminal_is_spelled_out() -> None:
    assert safe("naïve 日本 👩\u200d💻\tx\ny") == "naïve 日本 👩\u200d💻\tx\ny"
    assert safe("\r\x1b\x7f\x9b\u202e\u2028\ud800") == r"\r\x1b\x7f\x9b\u202e\u2028\ud800"


def test_one_line_is_one_line_of_bounded_length() -> None:
    assert one_line("a\n\n b", 10) == "a b"
    assert one_line("abcdef", 4) == "abc…"


def test_values_read_as_a_person_would_write_them() -> None:
    assert plain({"a": [1, "b"], "c": None, "d": True, "e": []}) == "a 1, b, c -, d true, e -"


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_events_survive_any_cutting(size: int, end: str) -> None:
    lines = [": hello", "id: 4", "", "event: task", "id: 5", "data: a\u2028b", "data:c", "", "data: cut off"]
    text = end.join(lines)
    chunks = [text[start : start + size] for start in range(0, len(text), size)]
    assert list(read_events(chunks)) == [
        ServerSentEvent("message", "", "4"),
        ServerSentEvent("task", "a\u2028b\nc", "5"),
    ]

"""A chart as SVG, without anything but itself: how many tickers of each source were late, hour by hour."""

from datetime import timedelta

from benchmarks.week.observing import Diary
from benchmarks.week.world import START, World
from contracts.agent.ranking import DEFAULT_TARGETS

_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 860, 260, 40, 30
_COLOURS = {
    "reddit": "#d1495b",
    "twitter": "#00798c",
    "news": "#edae49",
    "sec": "#30638e",
    "sentiment": "#7a9e7e",
    "summary": "#8d6a9f",
}


def chart(world: World, diary: Diary) -> str:
    """Late means: older than its interval, a round and a task."""
    lines = "\n".join(_line(world, diary, source) for source in DEFAULT_TARGETS)
    legend = "\n".join(_legend(place, source) for place, source in enumerate(DEFAULT_TARGETS))
    box = f'viewBox="0 0 {_WIDTH} {_HEIGHT + 30}" font-family="sans-serif" font-size="11"'
    return f"""<svg xmlns="http://www.w3.org/2000/svg" {box}>
<rect width="100%" height="100%" fill="white"/>
{_outage(world)}
{_axes(world)}
{lines}
{legend}
</svg>
"""


def _x(world: World, hours: float) -> float:
    return _LEFT + (_WIDTH - _LEFT - 10) * hours / (world.days * 24)


def _y(world: World, tickers: float) -> float:
    return 10 + (_HEIGHT - 10 - _BOTTOM) * (1 - tickers / world.tickers)


def _line(world: World, diary: Diary, source: str) -> str:
    late: dict[float, int] = {}
    for each in diary.samples:
        if each.source == source:
            hours = (each.at - START) / timedelta(hours=1)
            late[hours] = late.get(hours, 0) + each.late
    points = " ".join(f"{_x(world, hours):.1f},{_y(world, count):.1f}" for hours, count in sorted(late.items()))
    return f'<polyline fill="none" stroke="{_COLOURS[source]}" stroke-width="1.5" points="{points}"/>'


def _outage(world: World) -> str:
    left = _x(world, world.down_from / timedelta(hours=1))
    width = _x(world, (world.down_from + world.down_for) / timedelta(hours=1)) - left
    box = f'<rect x="{left:.1f}" y="10" width="{width:.1f}" height="{_HEIGHT - _BOTTOM - 10}" fill="#f3e3e5"/>'
    return f'{box}\n<text x="{left + 4:.1f}" y="22" fill="#777">{world.down} is down</text>'


def _axes(world: World) -> str:
    marks = [
        f'<text x="{_LEFT - 6}" y="{_y(world, count) + 4:.1f}" text-anchor="end">{count}</text>'
        for count in (0, world.tickers // 2, world.tickers)
    ]
    marks += [
        f'<text x="{_x(world, day * 24):.1f}" y="{_HEIGHT - _BOTTOM + 16}">day {day + 1}</text>'
        for day in range(int(world.days))
    ]
    base = _y(world, 0)
    marks.append(f'<path d="M{_LEFT} 10V{base}H{_WIDTH - 10}" fill="none" stroke="#999"/>')
    return "\n".join(marks)


def _legend(place: int, source: str) -> str:
    left = _LEFT + place * 110
    box = f'<rect x="{left}" y="{_HEIGHT + 6}" width="10" height="10" fill="{_COLOURS[source]}"/>'
    return f'{box}<text x="{left + 15}" y="{_HEIGHT + 15}">{source}</text>'

"""Describes a need in one line for people."""

from agent.needs import Candidate, Need

#: Signals that are weaker than this are not worth a word.
_WORTH_A_WORD = 0.05


def explain(need: Need) -> str:
    """Why the number is what it is, the age first."""
    return "; ".join([_age(need), *_interests(need)]) + "."


def _age(need: Need) -> str:
    candidate = need.candidate
    wanted = f"wanted every {_hours(need.interval_hours)}"
    if abs(need.interval_hours - candidate.target_hours) > candidate.target_hours * _WORTH_A_WORD:
        wanted += f" (target {_hours(candidate.target_hours)})"
    if candidate.age_hours is None:
        return f"Never collected, {wanted}"
    return f"Collected {_hours(candidate.age_hours)} ago, {wanted}"


def _interests(need: Need) -> list[str]:
    candidate = need.candidate
    said = [_trend(candidate), _earnings(need), _score_change(candidate)]
    if candidate.watchers:
        said.insert(0, f"{candidate.watchers:,} watcher{'s' if candidate.watchers != 1 else ''}")
    if candidate.rows_per_run is not None:
        said.append(f"{candidate.rows_per_run:,.0f} new rows per run")
    if candidate.usd_per_run > 0:
        said.append(f"${candidate.usd_per_run:.4f} per run")
    return [each for each in said if each]


def _trend(candidate: Candidate) -> str:
    if candidate.trend is None or abs(candidate.trend) < _WORTH_A_WORD:
        return ""
    return f"mentions {'rise' if candidate.trend > 0 else 'fall'} ({candidate.trend:+.2f})"


def _earnings(need: Need) -> str:
    days = need.candidate.earnings_in_days
    if days is None or not any(part.name == "earnings" and part.value for part in need.parts):
        return ""
    return f"earnings in {days} d" if days > 0 else "earnings today" if days == 0 else f"earnings {-days} d ago"


def _score_change(candidate: Candidate) -> str:
    moved = candidate.score_change or 0
    return f"its score has moved ({moved:.2f})" if moved >= _WORTH_A_WORD else ""


def _hours(hours: float) -> str:
    return f"{hours / 24:.1f} d" if hours >= 48 else f"{hours:.1f} h"

"""`make bench-sentiment FILE=…`: how often the offline model's label is that of people, beside what others would say.

The file is JSONL: {"text": …, "label": "positive"} or {"text": …, "score": -1 to 1}, of which more than 0.1 from 0 is
a mood. Labelled texts belong to others: none are in the repository. Beside it: VADER (a development dependency), the
words of Loughran and McDonald if the CSV of their dictionary is given, and the commonest label for everything.
"""

import argparse
import asyncio
import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from activities.models.answer_schemas import Item
from activities.models.offline import OfflineModel

LABELS = ("positive", "neutral", "negative")
Judge = Callable[[Sequence[str]], list[str]]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("files", nargs="+", type=Path)
    arguments.add_argument("--loughran-mcdonald", type=Path, help="CSV of their dictionary: Word, Negative, Positive")
    given = arguments.parse_args()
    judges: dict[str, Judge] = {OfflineModel.name: _offline, "VADER": _vader}
    if given.loughran_mcdonald:
        judges["Loughran-McDonald"] = _word_lists(given.loughran_mcdonald)
    console = Console()
    for file in given.files:
        texts, labels = read(file)
        said = {name: judge(texts) for name, judge in judges.items()}
        commonest = Counter(labels).most_common(1)[0][0]
        said[f"always {commonest}"] = [commonest] * len(texts)
        for name, answers in said.items():
            console.print(_table(f"{file.name}, {len(texts)} texts: {name}", labels, answers))
        if not given.loughran_mcdonald:
            console.print("Loughran-McDonald was not measured: give --loughran-mcdonald the CSV of their dictionary.")
    return 0


def read(file: Path) -> tuple[list[str], list[str]]:
    """Texts and labels."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [row["text"] for row in rows], [_label(row) for row in rows]


def accuracy(labels: Sequence[str], answers: Sequence[str]) -> float:
    """The share of answers that are the label."""
    return sum(one == other for one, other in zip(labels, answers, strict=True)) / len(labels)


def _label(row: dict[str, Any]) -> str:
    return str(row["label"]) if "label" in row else _of_score(row["score"], 0.1)


def _of_score(score: float, least: float) -> str:
    return "positive" if score > least else "negative" if score < -least else "neutral"


def _offline(texts: Sequence[str]) -> list[str]:
    items = [Item(str(number), text) for number, text in enumerate(texts)]
    return [score.label for score in asyncio.run(OfflineModel(60_000).score(items)).scores]


def _vader(texts: Sequence[str]) -> list[str]:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    return [_of_score(analyzer.polarity_scores(text)["compound"], 0.05) for text in texts]


def _word_lists(dictionary: Path) -> Judge:
    """More words of one list than of the other."""
    moods: dict[str, int] = {}
    with dictionary.open(newline="", encoding="utf-8", errors="replace") as file:
        for row in csv.DictReader(file):
            # The year in which a word came to the list; 0 or a year below 0: it is not in it.
            moods[row["Word"].lower()] = (int(row["Positive"] or 0) > 0) - (int(row["Negative"] or 0) > 0)

    def judge(texts: Sequence[str]) -> list[str]:
        words = (re.findall(r"[a-z]+", text.lower()) for text in texts)
        return [_of_score(sum(moods.get(word, 0) for word in each), 0) for each in words]

    return judge


def _table(title: str, labels: Sequence[str], answers: Sequence[str]) -> Table:
    """The confusion: a row per label of people, a column per answer."""
    pairs = Counter(zip(labels, answers, strict=True))
    table = Table(title=f"{title}: {accuracy(labels, answers):.3f}", title_justify="left")
    for heading in ("people say", *LABELS, "of these right"):
        table.add_column(heading, justify="left" if heading == "people say" else "right")
    for label in LABELS:
        row = [pairs[label, answer] for answer in LABELS]
        right = f"{pairs[label, label] / sum(row):.2f}" if sum(row) else "-"
        table.add_row(label, *map(str, row), right)
    return table


if __name__ == "__main__":
    sys.exit(main())

"""Draws the figures of an accuracy run, as SVG.

    python -m benchmarks.pictures run.json FOLDER

`run.json` is what `benchmarks.accuracy --output` wrote, which draws the same with `--pictures`.
"""

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import leather

from benchmarks.reporting import OURS

Figures = Mapping[str, Any]
_COLOURS = ("#d4351c", "#1d70b8", "#505a5f", "#85994b")
_WIDTH, _HEIGHT = 480, 360
# Kinds of mistakes are many, and their names stand one above the other.
_TALL = 600
_LOWEST_WEIGHT, _HIGHEST_WEIGHT = -10, 20


def draw(outcomes: Sequence[Figures], folder: Path) -> list[Path]:
    """Draw every picture that the figures give; return the files written.

    Args:
        outcomes: as `Outcome.as_json` gives them.
        folder: made if it is not there; pictures of the same name are replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    by_set: dict[str, list[Figures]] = {}
    for outcome in outcomes:
        by_set.setdefault(outcome["set"], []).append(outcome)
    ours = [outcome for outcome in outcomes if outcome["tool"] == OURS and outcome["errors"]]
    pictures = {
        "f1-by-threshold": [_by_threshold(*item) for item in by_set.items()],
        "precision-and-recall": [_precision_recall(*item) for item in by_set.items()],
        "false-links-by-cause": [_causes(outcome) for outcome in ours],
        "missed-by-what-went-wrong": [_missed(outcome) for outcome in ours],
    }
    return [
        _write(charts, folder / f"{name}.svg", _TALL if name.startswith("missed") else _HEIGHT)
        for name, charts in pictures.items()
        if charts
    ]


def _write(charts: Sequence[leather.Chart], path: Path, height: int) -> Path:
    grid = leather.Grid()
    grid.add_many(charts)
    columns = math.ceil(math.sqrt(len(charts)))
    rows = math.ceil(len(charts) / columns)
    grid.to_svg(str(path), width=columns * _WIDTH, height=rows * height)
    return path


def _by_threshold(name: str, outcomes: Sequence[Figures]) -> leather.Chart:
    """Draw pairwise F1 of clusters over the threshold, one line for each tool."""
    chart = leather.Chart(f"{name}: F1 by threshold")
    chart.add_x_scale(_LOWEST_WEIGHT, _HIGHEST_WEIGHT)
    chart.add_x_axis(name="match weight")
    lowest = _lowest(outcomes)
    chart.add_y_scale(lowest, 1)
    for outcome, colour in zip(outcomes, _COLOURS, strict=False):
        points = [
            (row["weight"], row["pairwise"]["f1"])
            for row in outcome["by_weight"]
            if _LOWEST_WEIGHT <= row["weight"] <= _HIGHEST_WEIGHT
            and row["pairwise"]["f1"] >= lowest
        ]
        chart.add_line(points, name=outcome["tool"], stroke_color=colour)
    return chart


def _precision_recall(name: str, outcomes: Sequence[Figures]) -> leather.Chart:
    """Draw precision over recall, one line for each tool."""
    chart = leather.Chart(f"{name}: precision over recall")
    lowest = _lowest(outcomes)
    for add_scale in (chart.add_x_scale, chart.add_y_scale):
        add_scale(lowest, 1)
    chart.add_x_axis(name="recall")
    for outcome, colour in zip(outcomes, _COLOURS, strict=False):
        points = [
            (row["pairwise"]["recall"], row["pairwise"]["precision"])
            for row in outcome["by_weight"]
            if min(row["pairwise"]["recall"], row["pairwise"]["precision"]) >= lowest
        ]
        chart.add_line(points, name=outcome["tool"], stroke_color=colour)
    return chart


def _lowest(outcomes: Sequence[Figures]) -> float:
    """Return where scales of shares begin: at half, as long as every default is above it."""
    defaults = [outcome["default"]["pairwise"] for outcome in outcomes]
    return 0.5 if all(min(row["precision"], row["recall"]) > 0.5 for row in defaults) else 0.0


def _causes(outcome: Figures) -> leather.Chart:
    """Draw how many false links each cause made."""
    counts = outcome["errors"]["false_links"]
    return _bars(f"{outcome['set']}: false links", list(counts.items()))


def _missed(outcome: Figures) -> leather.Chart:
    """Draw the share of matches missed under each kind of mistake, the most missed first."""
    kinds = outcome["errors"]["recall_by_corruption"]
    shares = [(row["kind"], 100 * (1 - row["linked"] / row["matches"])) for row in kinds]
    shares.sort(key=lambda item: -item[1])
    return _bars(f"{outcome['set']}: % of matches missed", shares)


def _bars(title: str, values: list[tuple[str, float]]) -> leather.Chart:
    chart = leather.Chart(title)
    # Some measure has to be there even where nothing was wrong.
    chart.add_x_scale(0, max(1.0, *(value for _, value in values)))
    chart.add_bars([(value, name) for name, value in values], fill_color=_COLOURS[0])
    return chart


def main() -> None:
    """Draw the pictures of a run that was kept, and name them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("run", type=Path, help="what benchmarks.accuracy --output wrote")
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    kept = json.loads(arguments.run.read_text(encoding="utf-8"))
    for path in draw(kept["outcomes"], arguments.folder):
        print(path)


if __name__ == "__main__":
    main()

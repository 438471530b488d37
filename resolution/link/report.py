"""Writes the training report of a match model: one local HTML file, from the package alone."""

import math
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from models.match_model.package import MatchModelPackage
from models.prediction import Thresholds
from resolution.link.frequency_figures import FEWEST_HOLDERS_SHOWN
from resolution.link.report_charts import Line, Mark, histogram, lines, weight_bar

_TEMPLATE = "report.html.j2"


def render_report(package: MatchModelPackage) -> str:
    """Return the report of a match model as one HTML page; the same package, the same page.

    A package without the figures of a section, because it was trained before they were measured,
    gets a report without that section.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": _count, "weight": _weight, "share": _share, "odds": _odds, "words": _words,
        "probability": _probability,
    }  # fmt: skip
    return environment.get_template(_TEMPLATE).render(
        package=package,
        figures=package.figures,
        fewest_shown=FEWEST_HOLDERS_SHOWN,
        lint_errors=sum(finding.severity == "error" for finding in package.lint),
        prior_weight=math.log2(package.prior / (1 - package.prior)) if package.prior else 0.0,
        rules=_rules(package),
        bar=_bar_scaled_to(package),
        **_charts(package),
    )


def _charts(package: MatchModelPackage) -> dict[str, Markup | None]:
    """Draw what the figures allow."""
    marks = _marks(package.thresholds)
    pairs = package.figures.get("pairs", {})
    return {
        "people_chart": _pairs_chart(pairs.get("people"), marks, "pairs of person records"),
        "watchlist_chart": _pairs_chart(
            pairs.get("watchlist"),
            [("HIT", package.screening.hit_weight)],
            "pairs with a watchlist entry",
        ),
        "threshold_chart": _threshold_chart(package.figures.get("thresholds"), marks),
        "unlinkable_chart": _unlinkable_chart(package.figures.get("unlinkable"), marks),
    }


def _marks(thresholds: Thresholds) -> list[Mark]:
    return [
        ("LINK", thresholds.link_weight),
        ("REVIEW", thresholds.review_weight),
        ("BREAK", thresholds.break_weight),
    ]


def _pairs_chart(weights: dict[str, Any] | None, marks: list[Mark], what: str) -> Markup | None:
    if not weights or not weights["bins"]:
        return None
    return histogram(
        weights["bins"],
        marks,
        title=f"Match weights of {what}",
        described=f"{_count(weights['pairs'])} pairs, of which {_count(weights['matches'])} are"
        " expected to be matches",
    )


def _threshold_chart(thresholds: list[dict[str, Any]] | None, marks: list[Mark]) -> Markup | None:
    known = [
        row
        for row in thresholds or ()
        if row["precision"] is not None and row["recall"] is not None
    ]
    if len(known) < 2:
        return None
    return lines(
        [
            Line("precision", [(row["weight"], row["precision"]) for row in known]),
            Line("recall", [(row["weight"], row["recall"]) for row in known], is_dashed=True),
        ],
        marks,
        title="Expected precision and recall by threshold",
        described="Precision rises and recall falls as the threshold rises; the table tells both",
    )


def _unlinkable_chart(unlinkable: dict[str, Any] | None, marks: list[Mark]) -> Markup | None:
    if not unlinkable or not unlinkable["bins"]:
        return None
    records = sum(count for _, count in unlinkable["bins"])
    points, below = [], 0
    for low, count in unlinkable["bins"]:
        points.append((low, below / records))
        below += count
        points.append((low + 1, below / records))
    lowest = min(weight for _, weight in marks)
    return lines(
        [Line("records below", [(min(lowest, points[0][0]), 0.0), *points])],
        marks,
        title="Share of records that stay below a match weight even against their own copy",
        described=f"It starts at {_weight(points[0][0])} and reaches all {_count(records)} records"
        f" at {_weight(points[-1][0])}",
    )


def _rules(package: MatchModelPackage) -> list[dict[str, Any]]:
    """Join what each blocking rule made with what it found."""
    made = package.figures.get("blocking", [])
    found = package.figures.get("rules", [{}] * len(made))
    return [{**pairs, **matches} for pairs, matches in zip(made, found, strict=True)]


def _bar_scaled_to(package: MatchModelPackage) -> Any:
    """Return what draws weight bars, all on one scale so that they can be compared."""
    weights = [
        level["weight"]
        for comparison in package.figures.get("levels", ())
        for level in comparison["levels"]
    ]
    scale = (min(weights, default=-1.0), max(weights, default=1.0))

    def bar(weight: float, bounds: tuple[float, float] | None = None) -> Markup:
        return weight_bar(weight, scale=scale, bounds=bounds)

    return bar


def _count(number: float) -> str:
    """Write a count, or an expected count: whole where it is large enough for that."""
    return f"{number:,.0f}" if number == int(number) or number >= 100 else f"{number:,.1f}"


def _weight(weight: float) -> str:
    """Write a match weight with its sign."""
    return f"{weight:+.1f}".replace("-", "\N{MINUS SIGN}")


def _share(share: float) -> str:
    """Write a share so that what is nearly all or nearly none does not look like all or none."""
    if share in (0.0, 1.0):
        return f"{share:.0%}"
    if share > 0.999:
        return "> 99.9%"
    return "< 0.1%" if share < 0.001 else f"{share:.1%}"


def _probability(probability: float) -> str:
    """Write a probability to two digits that say something."""
    if probability >= 0.001:
        return f"{probability:.3f}"
    return f"{probability:.1e}".replace("e-0", "e-").replace("-", "\N{MINUS SIGN}")


def _odds(probability: float) -> str:
    """Write a small probability as one in so many."""
    return f"1 in {_count(round(1 / probability))}" if probability > 0 else "none"


def _words(name: str) -> str:
    return name.replace("_", " ")

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

_SECTIONS = (
    "training", "records", "prior", "levels", "pairs", "thresholds", "sources", "rules", "recall",
    "found_twice", "matches_looked_at", "unlinkable", "frequencies",
)  # fmt: skip


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
        has={section: package.figures.get(section) for section in _SECTIONS},
        fewest_shown=FEWEST_HOLDERS_SHOWN,
        lint_errors=sum(finding.severity == "error" for finding in package.lint),
        prior_weight=math.log2(package.prior / (1 - package.prior)) if package.prior else 0.0,
        rules=_rules(package),
        worth_a_look=_worth_a_look(package),
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


def _worth_a_look(package: MatchModelPackage) -> list[str]:
    """Say in sentences what stands out, for who reads no further."""
    said = []
    one_in = package.figures.get("one_in", 1)
    if one_in > 1:
        said.append(
            f"There are many pairs: what is said of them here was measured on one in {one_in}, and"
            " counts are multiplied."
        )
    thresholds = {row["name"]: row for row in package.figures.get("thresholds", ()) if row["name"]}
    if "LINK" in thresholds and "REVIEW" in thresholds:
        between = thresholds["REVIEW"]["pairs"] - thresholds["LINK"]["pairs"]
        hidden = thresholds["REVIEW"]["matches"] - thresholds["LINK"]["matches"]
        said.append(
            f"Between REVIEW and LINK lie {_count(between)} pairs of person records; the model"
            f" expects {_count(hidden)} of them to be matches."
        )
    rules = _rules(package)
    pairs = sum(rule["pairs"] for rule in rules)
    costly = max(rules, key=lambda rule: rule["pairs"], default=None)
    if costly and costly["pairs"] > 0.4 * pairs and "matches_first" in costly:
        said.append(
            f"The blocking rule \N{LEFT SINGLE QUOTATION MARK}{costly['description']}"
            f"\N{RIGHT SINGLE QUOTATION MARK} makes {_share(costly['pairs'] / pairs)} of all pairs;"
            f" {_count(costly['matches_first'])} matches are expected in them."
        )
    return said + _worth_a_look_in_levels(package) + _worth_a_look_in_records(package)


def _worth_a_look_in_levels(package: MatchModelPackage) -> list[str]:
    levels = [
        level for comparison in package.figures.get("levels", ()) for level in comparison["levels"]
    ]
    if not levels:
        return []
    learned = sum(level["m_from"] == "learned" for level in levels)
    bounded = sum(level["bounded"] for level in levels)
    return [
        f"m was learned for {learned} of {len(levels)} levels; {bounded} are held at a bound, where"
        " the records alone would have said more."
    ]


def _worth_a_look_in_records(package: MatchModelPackage) -> list[str]:
    sources = (package.figures.get("unlinkable") or {}).get("sources", [])
    worst = max(sources, key=lambda row: row["below_link"] / row["records"], default=None)
    if not worst or not worst["below_link"]:
        return ["Every record holds enough to reach LINK against its own copy."] if sources else []
    return [
        f"In source {worst['source']}, {_share(worst['below_link'] / worst['records'])} of records"
        " hold too little to reach LINK even against their own copy."
    ]


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
    written = f"{weight:+.1f}".replace("-", "\N{MINUS SIGN}")
    return "0.0" if written[1:] == "0.0" else written


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
    """Write the name of a comparison or of a column in words."""
    return {"given": "given name", "family": "family name"}.get(name, name.replace("_", " "))

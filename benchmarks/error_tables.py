"""Puts the errors on generated data into Markdown: false links by cause, recall by corruption."""

from collections.abc import Sequence

from benchmarks.generated_errors import CAUSES, GeneratedErrors
from benchmarks.reporting import OURS, Outcome
from benchmarks.tables import markdown
from resolution.evaluate.breakdown import KindRecall

_KIND_NAMES = {None: "all matches", "": "nothing went wrong"}


def causes_table(outcomes: Sequence[Outcome]) -> str:
    """Return one row for each outcome on generated data: its false links by cause."""
    rows = []
    for outcome in outcomes:
        if outcome.errors is not None:
            counts = [outcome.errors.false_links[cause] for cause in CAUSES]
            cells = [f"{count:,}" if count else "" for count in counts]
            rows.append([outcome.record_set, outcome.tool, f"{sum(counts):,}", *cells])
    return markdown(("set", "tool", "false links", *CAUSES), rows) if rows else ""


def cultures_table(outcomes: Sequence[Outcome]) -> str:
    """Return our recall and false links by name culture, all generated sets side by side."""
    ours = [outcome for outcome in outcomes if outcome.tool == OURS and outcome.errors]
    headings = ["culture of the person"]
    cells: dict[str, list[str]] = {}
    for place, outcome in enumerate(ours):
        headings += [f"{outcome.record_set}: matches", "recall", "false links"]
        wrong = outcome.errors.false_links_by_culture
        for row in outcome.errors.recall_by_culture:
            if row.kind:
                found = cells.setdefault(row.kind, [""] * 3 * len(ours))
                found[3 * place : 3 * place + 3] = [
                    f"{row.n_matches:,}", f"{row.recall:.3f}", f"{wrong.get(row.kind, 0):,}"
                ]  # fmt: skip
    rows = [[culture, *found] for culture, found in sorted(cells.items())]
    return markdown(headings, rows) if rows else ""


def corruptions_tables(outcomes: Sequence[Outcome]) -> str:
    """Return a table for each generated set: recall by step and kind, every tool side by side."""
    by_set: dict[str, list[tuple[str, GeneratedErrors]]] = {}
    for outcome in outcomes:
        if outcome.errors is not None:
            by_set.setdefault(outcome.record_set, []).append((outcome.tool, outcome.errors))
    return "\n\n".join(
        f"{record_set}\n\n{_corruptions_table(tools)}" for record_set, tools in by_set.items()
    )


def _corruptions_table(tools: Sequence[tuple[str, GeneratedErrors]]) -> str:
    headings = ["in one of the two records", "matches"]
    for tool, _ in tools:
        headings += [f"{tool}: blocking", "scoring", "clusters", "missed"]
    rows = []
    by_kind = [{row.kind: row for row in errors.recall} for _, errors in tools]
    for first in tools[0][1].recall:
        cells = [_KIND_NAMES.get(first.kind, first.kind) or "", f"{first.n_matches:,}"]
        for kinds in by_kind:
            cells += _steps(kinds[first.kind])
        rows.append(cells)
    return markdown(headings, rows)


def _steps(row: KindRecall) -> list[str]:
    return [
        f"{row.blocking_recall:.3f}",
        f"{row.scoring_recall:.3f}",
        f"{row.recall:.3f}",
        f"{row.n_matches - row.n_linked:,}",
    ]

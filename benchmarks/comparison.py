"""Stands the figures of a run beside those of a former one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.tables import markdown

Figures = Mapping[str, Any]
# Shares closer than this are the same: other versions of libraries may move the last digits.
_SAME = 0.00005

_SHARES: dict[str, Callable[[Figures], float | None]] = {
    "P": lambda row: row["default"]["pairwise"]["precision"],
    "R": lambda row: row["default"]["pairwise"]["recall"],
    "F1": lambda row: row["default"]["pairwise"]["f1"],
    "B³ F1": lambda row: row["default"]["b_cubed"]["f1"],
    "exact P": lambda row: row["default"]["clusters"]["precision"],
    "one person only": lambda row: row["default"]["clusters"]["of_one_person"],
    "blocking recall": lambda row: row["blocking_recall"],
}
_COUNTS: dict[str, Callable[[Figures], int | None]] = {
    "false links": lambda row: row["default"]["pairwise"]["false_links"],
    "missed matches": lambda row: row["default"]["pairwise"]["missed_matches"],
    "pairs compared": lambda row: row["candidate_pairs"],
}


def comparison_table(former: Sequence[Figures], now: Sequence[Figures]) -> str:
    """Return one row for each set and tool of both runs: what is now, and by how much it moved.

    A figure that did not move stands alone. Sets of only one of the runs are named below; a
    generated set of another number of people is another set.
    """
    before = {_key(row): row for row in former}
    after = {_key(row): row for row in now}
    rows = [
        [
            *key[:2],
            *(_moved_share(of(before[key]), of(row)) for of in _SHARES.values()),
            *(_moved_count(of(before[key]), of(row)) for of in _COUNTS.values()),
        ]
        for key, row in after.items()
        if key in before
    ]
    lines = [markdown(["set", "tool", *_SHARES, *_COUNTS], rows)]
    for keys, where in (
        (after.keys() - before.keys(), "not in the former run"),
        (before.keys() - after.keys(), "only in the former run"),
    ):
        if keys:
            named = "; ".join(
                f"{record_set} ({records:,} records): {tool}"
                for record_set, tool, records in sorted(keys)
            )
            lines.append(f"{where}: {named}")
    return "\n\n".join(lines)


def _key(row: Figures) -> tuple[str, str, int]:
    return row["set"], row["tool"], row["default"]["records"]


def _moved_share(before: float | None, after: float | None) -> str:
    if after is None:
        return ""
    if before is None or abs(after - before) < _SAME:
        return f"{after:.4f}"
    return f"{after:.4f} ({after - before:+.4f})"


def _moved_count(before: int | None, after: int | None) -> str:
    if after is None:
        return ""
    if before is None or after == before:
        return f"{after:,}"
    return f"{after:,} ({after - before:+,})"

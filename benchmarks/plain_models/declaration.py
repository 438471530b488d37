"""Plain Splink for each set: the settings its documentation would lead a careful user to.

Columns are read as they are, lower case and trimmed, empty as null, dates parsed to ISO. Where
Splink's documentation has an example on the same data, that example's settings are used.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import splink.comparison_library as cl


@dataclass(frozen=True, slots=True)
class PlainModel:
    """One use of Splink with nothing added.

    Attributes:
        columns: SQL giving unique_id (the record id), source_dataset and the columns compared;
            the data folder is `getvariable('data')`.
        blocking: rules that generate predictions.
        deterministic: rules from which the prior is estimated, with their assumed recall.
        training: one rule for each run of expectation maximisation.
        link_only: whether records of one source are never the same person.
    """

    columns: str
    comparisons: Callable[[], list[Any]]
    blocking: tuple[Any, ...]
    deterministic: tuple[Any, ...]
    recall: float
    training: tuple[Any, ...]
    link_only: bool = False
    max_pairs: float = field(default=5e6)


def plain(*columns: str) -> str:
    """Lower, trim and null out empties, the care any user takes."""
    return ", ".join(f"nullif(trim(lower({column})), '') as {column}" for column in columns)


def tf(column: str) -> Any:
    """Compare exactly, rare values weighing more."""
    return cl.ExactMatch(column).configure(term_frequency_adjustments=True)


def dob(column: str) -> Any:
    """Compare ISO dates of birth as Splink's library does."""
    return cl.DateOfBirthComparison(column, input_is_string=True, invalid_dates_as_null=True)

"""Every kind of warning, in words."""

import pytest

from api.use_cases.warning_words import named_in, warning_in_words
from models.quality import IdentityWarning, WarningKind

SIDES = {"n_one": 1, "n_other": 2}
VALUES = SIDES | {"one_value": "X", "other_value": "Y"}


def warning(kind: WarningKind, **facts: str | float | None) -> IdentityWarning:
    return IdentityWarning(kind, 1.0, ("a:1",), ("a:2", "b:1"), facts)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (warning(WarningKind.WEAK_COHESION, n_compared=2, n_links=1, mean=-4.0, strongest=1.5,
                 **SIDES),
         "1 record and the other 2 agree little: evidence of -4.0 on average, +1.5 at most,"
         " 1 of 2 compared pairs linked."),
        (warning(WarningKind.WEAK_COHESION, n_compared=0, n_links=0, mean=None, strongest=None,
                 **SIDES),
         "No comparison holds 1 record and the other 2 together."),
        (warning(WarningKind.BRIDGE, evidence=2.0, n_held=3, n_others=4, **SIDES),
         "One link alone holds 3 records and the other 4 together: a:1 and a:2, evidence +2.0."),
        (warning(WarningKind.DOMINANT_RECORD, **SIDES),
         "Everything hangs on a:1: no two of the other 2 records are linked."),
        (warning(WarningKind.UNUSUAL_SIZE, n_records=12, usual=7, source="casework", **SIDES),
         "12 records of casework, where all but one identity in a thousand have 7 at most."),
        (warning(WarningKind.SEXES, **VALUES), "Different sexes: X (1 record) and Y (2 records)."),
    ],
    ids=lambda value: str(value.kind) if isinstance(value, IdentityWarning) else "",
)  # fmt: skip
def test_a_warning_is_a_sentence(told: IdentityWarning, words: str) -> None:
    assert warning_in_words(told) == words


@pytest.mark.parametrize("kind", list(WarningKind))
def test_every_kind_has_words(kind: WarningKind) -> None:
    facts = VALUES | {"n_compared": 1, "n_links": 0, "mean": 0.0, "strongest": 0.0,
                      "evidence": 0.0, "n_held": 1, "n_others": 1, "n_records": 3, "usual": 2,
                      "source": None}  # fmt: skip

    assert warning_in_words(warning(kind, **facts)).endswith(".")


def test_the_records_that_warnings_name_are_known() -> None:
    both = (warning(WarningKind.SEXES), IdentityWarning(WarningKind.UNUSUAL_SIZE, 1.0, ("c:1",)))

    assert named_in(both) == ["a:1", "a:2", "b:1", "c:1"]

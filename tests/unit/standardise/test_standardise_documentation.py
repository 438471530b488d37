"""The document names every issue code there is."""

from pathlib import Path

from resolution.standardise import (
    addresses,
    countries,
    date_layouts,
    dates,
    emails,
    identifiers,
    name_tokens,
    names,
    phones,
    sexes,
)
from resolution.standardise.text import Issue

MODULES = [
    addresses, countries, date_layouts, dates, emails, identifiers, name_tokens, names, phones,
    sexes,
]  # fmt: skip


def test_every_issue_code_is_documented() -> None:
    text = Path(__file__).parents[3].joinpath("docs", "standardise.md").read_text("utf-8")
    codes = {
        value.code for module in MODULES for value in vars(module).values()
        if isinstance(value, Issue)
    }  # fmt: skip

    assert {code for code in codes if f"`{code}`" not in text} == set()

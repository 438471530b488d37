"""Says in words what a warning of an identity is about, and which records it names."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from models.quality import IdentityWarning, WarningKind


def named_in(warnings: Iterable[IdentityWarning]) -> list[str]:
    """Return the records that warnings name, each once, in order."""
    named = {record_id for one in warnings for record_id in (*one.one_side, *one.other_side)}
    return sorted(named)


def warning_in_words(warning: IdentityWarning) -> str:
    """Return a warning as a sentence."""
    return _SENTENCES[warning.kind](warning, warning.facts)


def _records(n_records: Any) -> str:
    return "1 record" if n_records == 1 else f"{n_records} records"


def _weak_cohesion(_: IdentityWarning, facts: Mapping[str, Any]) -> str:
    sides = f"{_records(facts['n_one'])} and the other {facts['n_other']}"
    if not facts["n_compared"]:
        return f"No comparison holds {sides} together."
    evidence = f"{facts['mean']:+.1f} on average, {facts['strongest']:+.1f} at most"
    pairs = f"{facts['n_links']} of {facts['n_compared']} compared pairs linked"
    return f"{sides} agree little: evidence of {evidence}, {pairs}."


def _bridge(warning: IdentityWarning, facts: Mapping[str, Any]) -> str:
    return (
        f"One link alone holds {_records(facts['n_held'])} and the other {facts['n_others']}"
        f" together: {warning.one_side[0]} and {warning.other_side[0]},"
        f" evidence {facts['evidence']:+.1f}."
    )


def _dominant_record(warning: IdentityWarning, facts: Mapping[str, Any]) -> str:
    return (
        f"Everything hangs on {warning.one_side[0]}: no two of the other"
        f" {_records(facts['n_other'])} are linked."
    )


def _two_values(what: str) -> Callable[[IdentityWarning, Mapping[str, Any]], str]:
    def told(_: IdentityWarning, facts: Mapping[str, Any]) -> str:
        return (
            f"{what}: {facts['one_value']} ({_records(facts['n_one'])})"
            f" and {facts['other_value']} ({_records(facts['n_other'])})."
        )

    return told


def _unusual_size(_: IdentityWarning, facts: Mapping[str, Any]) -> str:
    of_source = f" of {facts['source']}" if facts["source"] else ""
    return (
        f"{_records(facts['n_records'])}{of_source}, where all but one identity in a thousand"
        f" have {facts['usual']} at most."
    )


_SENTENCES: Mapping[WarningKind, Callable[[IdentityWarning, Mapping[str, Any]], str]] = {
    WarningKind.WEAK_COHESION: _weak_cohesion,
    WarningKind.BRIDGE: _bridge,
    WarningKind.DOMINANT_RECORD: _dominant_record,
    WarningKind.DATES_OF_BIRTH: _two_values("Dates of birth that are no slips of one another"),
    WarningKind.DOCUMENTS: _two_values("Documents that one person does not hold side by side"),
    WarningKind.SEXES: _two_values("Different sexes"),
    WarningKind.BIRTH_COUNTRIES: _two_values("Different countries of birth"),
    WarningKind.GIVEN_NAMES: _two_values("Given names that are not alike"),
    WarningKind.POSSIBLE_TWINS: _two_values(
        "Perhaps twins: born on one day, a name in common, but other given names"
    ),
    WarningKind.UNUSUAL_SIZE: _unusual_size,
}

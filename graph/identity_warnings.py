"""Finds what warns that an identity holds records of two people, and weighs it.

Each finding has measures between 0 and 1. What a measure of 1 adds to the log2 odds of a false
merge was learned on generated data with injected false merges: docs/benchmarks.md says how.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graph.contradictions import (
    Contradiction,
    Member,
    birth_countries,
    dates_of_birth,
    documents,
    given_names,
    sexes,
)
from graph.fault_line import FaultLine, Pair, find_fault_line
from models.quality import IdentityWarning, UsualSizes, WarningKind

# A pair with this evidence or more is not doubted: names are looked at only where one has less.
SURE_WEIGHT = 10.0
# Where mean evidence across a fault line begins to be weak, and over how much it gets weakest.
_WEAK_MEAN, _MEAN_SPAN, _STRONGEST_SPAN = 8.0, 16.0, 12.0
_LEAST_RECORDS_TO_DOMINATE = 4
# What weighs less says nothing to anybody.
_LEAST_WEIGHT = 0.1
# Of a side with more records, the first; how many there are is among the facts.
_MOST_RECORDS_TOLD = 20

# log2 odds that an identity with no warning holds two people.
BASE_WEIGHT = -8.6
# What each measure adds where it is 1.
POINTS: Mapping[str, float] = {
    "mean_evidence": 5.8,
    "strongest_evidence": 4.7,
    "evenness": 7.3,
    "bridge": 0.2,
    "dominant_record": 0.1,
    "dates_of_birth": 6.4,
    "dates_of_birth_repeated": 4.4,
    "documents": 3.2,
    "sexes": 1.6,
    "sexes_and_more": 1.3,
    "birth_countries": 2.1,
    "given_names": 1.6,
    "given_names_repeated": 1.3,
    "possible_twins": 1.6,
    "unusual_size": 0.8,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, before it is weighed.

    Attributes:
        measures: by name, how much of it there is, in (0, 1].
    """

    kind: WarningKind
    measures: Mapping[str, float]
    one_side: tuple[str, ...]
    other_side: tuple[str, ...] = ()
    facts: Mapping[str, str | int | float | None] = field(default_factory=dict)


def weigh(findings: Iterable[Finding]) -> tuple[IdentityWarning, ...]:
    """Return the warnings that findings give, the heaviest first."""
    found = [
        IdentityWarning(
            kind=one.kind,
            weight=round(sum(POINTS[name] * value for name, value in one.measures.items()), 2),
            one_side=one.one_side[:_MOST_RECORDS_TOLD],
            other_side=one.other_side[:_MOST_RECORDS_TOLD],
            facts={**one.facts, "n_one": len(one.one_side), "n_other": len(one.other_side)},
        )
        for one in findings
    ]
    told = [one for one in found if one.weight >= _LEAST_WEIGHT]
    return tuple(sorted(told, key=lambda one: (-one.weight, one.kind)))


def find_findings(
    members: Sequence[Member],
    pairs: Sequence[Pair],
    *,
    link_weight: float,
    usual: UsualSizes | None = None,
) -> list[Finding]:
    """Return what warns that these records, two or more, are not all one person's.

    Args:
        members: in order of their ids.
        pairs: every pair among them that was compared, once.
        link_weight: evidence at or above it is a link.
        usual: how large identities of the run are.
    """
    found = [
        *_of_cohesion([one["record_id"] for one in members], pairs, link_weight),
        *_of_values(members, is_sure=_is_sure(len(members), pairs)),
    ]
    if usual is not None:
        found += _of_size(members, usual)
    return found


def _is_sure(n_records: int, pairs: Sequence[Pair]) -> bool:
    """Tell whether every two records were compared and none of the pairs is doubted."""
    is_whole = len(pairs) == n_records * (n_records - 1) // 2
    return is_whole and all(weight >= SURE_WEIGHT for _, _, weight in pairs)


def _of_cohesion(
    record_ids: Sequence[str], pairs: Sequence[Pair], link_weight: float
) -> Iterable[Finding]:
    """Look at how the identity would part most easily, and at what holds it together."""
    line = find_fault_line(record_ids, pairs, link_weight=link_weight)
    mean = 1.0 if line.mean is None else _share((_WEAK_MEAN - line.mean) / _MEAN_SPAN)
    strongest = 1.0
    if line.strongest is not None:
        strongest = _share((SURE_WEIGHT - line.strongest) / _STRONGEST_SPAN)
    if mean or strongest:
        evenness = mean * _share(math.log2(len(line.lesser)) / 2.0)
        yield Finding(
            WarningKind.WEAK_COHESION,
            {"mean_evidence": mean, "strongest_evidence": strongest, "evenness": evenness},
            line.lesser,
            line.greater,
            {
                "n_compared": line.n_compared,
                "n_links": line.n_links,
                "mean": None if line.mean is None else round(line.mean, 1),
                "strongest": None if line.strongest is None else round(line.strongest, 1),
            },
        )
    if line.n_links == 1 and line.n_compared > 1:
        yield _bridge(line, pairs)
    yield from _dominant(record_ids, [pair for pair in pairs if pair[2] >= link_weight])


def _bridge(line: FaultLine, pairs: Sequence[Pair]) -> Finding:
    """Name the one link across a fault line: the strongest pair."""
    lesser = set(line.lesser)
    weight, left, right = max(
        (weight, left, right)
        for left, right, weight in pairs
        if (left in lesser) != (right in lesser)
    )
    one, other = (left, right) if left in lesser else (right, left)
    facts = {"evidence": round(weight, 1), "n_held": len(lesser), "n_others": len(line.greater)}
    return Finding(WarningKind.BRIDGE, {"bridge": 1.0}, (one,), (other,), facts)


def _dominant(record_ids: Sequence[str], links: Sequence[Pair]) -> Iterable[Finding]:
    """Find one record to which each other is linked, while no two of these are."""
    n_others = len(record_ids) - 1
    if len(record_ids) < _LEAST_RECORDS_TO_DOMINATE or len(links) != n_others:
        return
    [(record_id, n_linked)] = Counter(
        one for left, right, _ in links for one in (left, right)
    ).most_common(1)
    if n_linked == n_others:
        others = tuple(one for one in record_ids if one != record_id)
        yield Finding(WarningKind.DOMINANT_RECORD, {"dominant_record": 1.0}, (record_id,), others)


def _of_values(members: Sequence[Member], *, is_sure: bool) -> Iterable[Finding]:
    """Look at what a person has one of."""
    countries = birth_countries(members)
    names = None if is_sure else given_names(members)
    differing_sexes = sexes(members)
    for kind, found in (
        (WarningKind.DATES_OF_BIRTH, dates_of_birth(members)),
        (WarningKind.DOCUMENTS, documents(members)),
        (WarningKind.BIRTH_COUNTRIES, countries),
    ):
        if found:
            yield _contradicting(kind, found)
    if differing_sexes:
        more = 1.0 if countries or names else 0.0
        yield _contradicting(WarningKind.SEXES, differing_sexes, {"sexes_and_more": more})
    if names:
        are_twins = _share_birth_and_family(members, names)
        yield _contradicting(
            WarningKind.POSSIBLE_TWINS if are_twins else WarningKind.GIVEN_NAMES, names
        )


def _contradicting(
    kind: WarningKind, found: Contradiction, more: Mapping[str, float] | None = None
) -> Finding:
    measures = {str(kind): found.degree} | dict(more or {})
    if f"{kind}_repeated" in POINTS and found.is_repeated:
        measures[f"{kind}_repeated"] = found.degree
    return Finding(
        kind,
        measures,
        found.one_side,
        found.other_side,
        {"one_value": found.one_value, "other_value": found.other_value},
    )


def _share_birth_and_family(members: Sequence[Member], names: Contradiction) -> bool:
    """Tell whether both sides were born on one day and bear a name in common."""
    one, other = (
        [member for member in members if member["record_id"] in side]
        for side in (set(names.one_side), set(names.other_side))
    )
    return bool(_days(one) & _days(other)) and bool(_tokens(one) & _tokens(other))


def _days(members: Iterable[Member]) -> set[str]:
    return {
        born["date"]
        for one in members
        for born in one["dates_of_birth"]
        if born["precision"] == "day" and not born["is_default"]
    }


def _tokens(members: Iterable[Member]) -> set[str]:
    return {
        token
        for one in members
        for name in one["names"]
        for token in name["tokens"]
        if len(token) > 1
    }


def _of_size(members: Sequence[Member], usual: UsualSizes) -> Iterable[Finding]:
    """Compare how many records there are, in all and of each source, with what is usual."""
    # where no identity had two records yet, two are not unusual
    least = max(2, usual.records)
    sizes = {"": (len(members), least)}
    for source, n_records in Counter(one["source"] for one in members).items():
        sizes[source] = (n_records, usual.by_source.get(source, least))
    excess, source = max(
        ((math.log2(n_records / most), source) for source, (n_records, most) in sizes.items())
    )
    if excess > 0.0:
        n_records, most = sizes[source]
        yield Finding(
            WarningKind.UNUSUAL_SIZE,
            {"unusual_size": _share(excess)},
            tuple(one["record_id"] for one in members if source in ("", one["source"])),
            facts={"n_records": n_records, "usual": most, "source": source or None},
        )


def _share(value: float) -> float:
    return max(0.0, min(1.0, value))
